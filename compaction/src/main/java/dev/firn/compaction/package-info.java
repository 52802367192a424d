/**
 * Compaction: what changes the shape of the store. Decides which tables to compact next, rewrites
 * them, and makes the edit that completes it. Also writes the tables of a flush.
 *
 * <p>Not here: the shape itself, the manifest and the cursor that merges runs ({@code
 * dev.firn.version}); the threads, the throttle and the statistics ({@code dev.firn.engine}).
 *
 * <ul>
 *   <li>Deciding: {@link dev.firn.compaction.CompactionPicker}, {@code LevelZeroPicker}, {@code
 *       LevelPicker}; {@link dev.firn.compaction.CompactionPolicy}, {@code LevelTargets}, {@code
 *       Garbage}, {@code KeyIntervals}.
 *   <li>The decision: {@link dev.firn.compaction.Compaction}.
 *   <li>Running: {@link dev.firn.compaction.CompactionJob}; {@code MergeLoop} copies the entries,
 *       {@code Retention} and {@code TombstoneElision} say which ones may go, {@code
 *       CompactionOutput} writes the tables, {@code TrivialMoveFinder} finds those that need no
 *       rewrite.
 *   <li>In and out: {@link dev.firn.compaction.CompactionEnvironment}, {@link
 *       dev.firn.compaction.CompactionResult}.
 * </ul>
 *
 * <p>Start at {@link dev.firn.compaction.CompactionPicker} and {@link
 * dev.firn.compaction.CompactionJob}.
 */
@NullMarked
package dev.firn.compaction;

import org.jspecify.annotations.NullMarked;
