/**
 * The stores under comparison, an adapter each, and the list of them: {@link
 * dev.firn.test.compare.store.Contender}.
 */
@NullMarked
package dev.firn.test.compare.store;

import org.jspecify.annotations.NullMarked;
