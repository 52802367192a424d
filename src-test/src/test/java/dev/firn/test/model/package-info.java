/**
 * The model test: random operations on a store and on sorted maps, which must agree.
 *
 * <p>Operations are data: a {@link dev.firn.test.model.Script} is made by a
 * {@link dev.firn.test.model.Generator} from a seed or read from a file, run by a
 * {@link dev.firn.test.model.ModelRun} against a {@link dev.firn.test.model.Model}, and shrunk by a
 * {@link dev.firn.test.model.Shrinker} when it fails. Start reading at
 * {@link dev.firn.test.model.Operation}.
 */
@NullMarked
package dev.firn.test.model;

import org.jspecify.annotations.NullMarked;
