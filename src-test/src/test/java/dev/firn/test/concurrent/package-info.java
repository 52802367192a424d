/** Threads on one store: what they see of each other must be explained by one order of commits. */
@NullMarked
package dev.firn.test.concurrent;

import org.jspecify.annotations.NullMarked;
