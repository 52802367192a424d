/**
 * The engine behind the API: how writes are committed, what readers see, and what goes on in the
 * background.
 *
 * <p>Start with {@code Engine}, which wires the parts; then {@code Committer} for the life of a
 * write, {@code ReadView} for the life of a read, {@code Flusher} and {@code Compactor} for the
 * background. Nothing here knows the API's types; the API calls down.
 */
@NullMarked
package dev.firn.engine;

import org.jspecify.annotations.NullMarked;
