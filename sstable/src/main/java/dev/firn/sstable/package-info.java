/**
 * Sorted tables (SSTables): immutable files of data blocks with an index, a filter and properties,
 * and the cache of blocks that are not read in place. {@code docs/format/table.md} specifies the
 * file.
 *
 * <p>Not here: which tables form the store ({@code dev.firn.version}); what to compact ({@code
 * dev.firn.compaction}).
 *
 * <ul>
 *   <li>Writing: {@link dev.firn.sstable.TableWriter}; {@code BlockBuilder}, {@code
 *       BlockCompressor}, {@code IndexBuilder} and {@code FilterBuilder} build parts in memory,
 *       {@code TableOutput} appends them to the file.
 *   <li>Reading: {@link dev.firn.sstable.Table}; {@code TableFile}, {@code TableIndex}, {@code
 *       TableFilter}, {@code TableBlocks}; {@code BlockSearch} for a look-up in a block.
 *   <li>Cursors: {@link dev.firn.sstable.TableCursor} over {@code BlockCursor},
 *       {@code BlockDecoder}, {@code BatchDecoder}.
 *   <li>Cache and memory: {@link dev.firn.sstable.BlockCache} with {@code CachedBlock}, {@code
 *       BlockSlots}, {@code BlockMemory}; {@code ScratchPool} with {@code ReadScratch}, {@code
 *       ReadAhead}, {@code CursorMemory}; {@code NativeBuffer}.
 *   <li>More data than memory: {@link dev.firn.sstable.TableResidency}; {@code SectionCopies},
 *       {@code ScanAhead}.
 *   <li>Checking: {@code ReadBack} after writing, {@code TableVerifier} at any time.
 *   <li>Layouts: {@code TableFormat}, {@code BlockFormat}, {@code IndexFormat}, {@code
 *       FilterFormat}, {@code Footer}, {@code TableProperties}, {@code CompressedBlock}, {@link
 *       dev.firn.sstable.Codec}.
 *   <li>Facts and options: {@link dev.firn.sstable.TableMetadata}, {@link
 *       dev.firn.sstable.EntryStats}, {@link dev.firn.sstable.TableOptions}, {@link
 *       dev.firn.sstable.OutputLimits}.
 * </ul>
 *
 * <p>Start at {@link dev.firn.sstable.TableWriter} and {@link dev.firn.sstable.Table}.
 */
@NullMarked
package dev.firn.sstable;

import org.jspecify.annotations.NullMarked;
