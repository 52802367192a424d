/**
 * Errors of the JVM and of the program at any place of the store's code: for every method entry and
 * every allocation of a script, in each kind of thread, a StackOverflowError, an OutOfMemoryError
 * or a RuntimeException is thrown there.
 *
 * <p>{@link dev.firn.test.errors.EventAgent} adds a call of {@link
 * dev.firn.test.errors.ErrorInjector} at each place; {@link dev.firn.test.errors.ErrorRound} runs
 * one store with one error and says what is wrong with the outcome. The agent works in a child JVM,
 * {@link dev.firn.test.errors.ErrorChild}, which {@link dev.firn.test.errors.ErrorProcess} starts.
 * Start reading at {@link dev.firn.test.errors.ErrorRound}.
 */
@NullMarked
package dev.firn.test.errors;

import org.jspecify.annotations.NullMarked;
