/**
 * Small memory: what a store takes outside the heap has one bound, and a small heap or container
 * suffices.
 */
@NullMarked
package dev.firn.test.memory;

import org.jspecify.annotations.NullMarked;
