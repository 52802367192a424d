/**
 * The comparison with other stores: the same keys, values and checks for each, at its own best
 * practice, in JVMs of their own. Start at {@link dev.firn.test.compare.Compare}, which runs {@link
 * dev.firn.test.compare.Child} once for each store and stage.
 *
 * <p>Compiled only with the Maven profile {@code peers}, which brings the other stores.
 */
@NullMarked
package dev.firn.test.compare;

import org.jspecify.annotations.NullMarked;
