/**
 * The shape of the tree: which tables form the store, which to merge next, and the merge itself.
 */
@NullMarked
package dev.firn.compaction;

import org.jspecify.annotations.NullMarked;
