/**
 * The shape of the store: which tables form it, in which levels and runs, how the manifest keeps
 * that, and how its runs are read as one sequence.
 *
 * <p>Not here: the tables' files ({@code dev.firn.sstable}); which tables to compact, and how
 * ({@code dev.firn.compaction}); memtables and the views that readers pin ({@code
 * dev.firn.engine}).
 *
 * <ul>
 *   <li>The state, as values: {@link dev.firn.version.StoreState}, {@link dev.firn.version.Shape},
 *       {@link dev.firn.version.Run}, {@link dev.firn.version.TreeCatalogue}; its changes: {@link
 *       dev.firn.version.VersionEdit}.
 *   <li>The state with open tables: {@link dev.firn.version.Version}, {@link
 *       dev.firn.version.OpenRun}, {@code RunIndex}.
 *   <li>Its history: {@link dev.firn.version.VersionSet}, {@code VersionSetRecovery}, {@link
 *       dev.firn.version.PendingOutputs}.
 *   <li>On disk: {@code ManifestFormat}, {@code ManifestLog}, {@code ManifestWriter}, {@code
 *       ManifestReader}, {@link dev.firn.version.ManifestTail}, {@code VersionEditCodec}, {@code
 *       CurrentFile}, {@code StoreFiles}; {@code ByteSink}, {@code ByteSource}.
 *   <li>Cursors: {@code RunCursor} over a run, {@link dev.firn.version.MergingCursor} over runs,
 *       with {@code PrefixWindow}.
 * </ul>
 *
 * <p>Start at {@link dev.firn.version.Version}, {@link dev.firn.version.VersionSet} and {@link
 * dev.firn.version.MergingCursor}. {@code docs/format/manifest.md} specifies the files.
 */
@NullMarked
package dev.firn.version;

import org.jspecify.annotations.NullMarked;
