/**
 * The engine below the API: commits writes, serves reads, flushes, compacts. It uses none of the
 * API's types; the API calls into it.
 *
 * <p>Start with {@code Engine}, the entry point for the API, and {@code EngineParts}, which wires
 * the parts of an open store. Then follow a write from {@code Committer} and a read from {@code
 * ReadView}.
 *
 * <p><b>Write path.</b>
 *
 * <pre>
 *  Committer          commit pipeline: reserve, apply, publish, sync
 *  RecordInserter     links the entries of a journal record into a memtable
 *  VisibleSequence    newest sequence that readers see
 *  Syncer             puts committed writes on the device, one sync for many writers
 *  Rotation           begins the next generation when the active one is full
 *  Generation         a journal segment and the memtable over it
 *  GenerationList     the generations in memory; installs every new ReadView
 *  FrozenLimits       how many generations may be frozen
 *  ArenaPool          memory of the memtables
 *  Throttle           slows writers when flushes or compactions are behind
 *  Backoff            spin, yield, park: the wait of a writer for its turn
 * </pre>
 *
 * <p><b>Read path.</b>
 *
 * <pre>
 *  ReadView           immutable set of generations and tables that a reader pins
 *  CurrentView        the current ReadView, and why a pin keeps it
 *  PointReader        get and contains
 *  MergeReader        values of keys that have merge operands; TreeOperators has their operators
 *  ScanCursor         a cursor over a range of keys; ReusedCursor is how it is opened and closed
 *  ScanBatch          the entries that a ScanCursor reads at a time
 *  KnownGaps          long ranges of deleted keys, which scans skip; has the proof
 *  Gap, GapWatch      such a range, and one that is being walked to become it
 *  GapWalk            what a scan does about the entries that it steps over
 *  ScanRange          the bounds of a ScanCursor
 *  KeyBuffer          a growing copy of a key
 *  ScanSources        the cursors that a ScanCursor merges
 *  ScanMemory         the memory of a ScanCursor
 *  Session            what one thread reuses from call to call
 *  Snapshots          sequences of the open snapshots
 *  OpenCursors        the cursors of a store; IdleCursors keeps closed ones
 * </pre>
 *
 * <p><b>Background.</b>
 *
 * <pre>
 *  Background           starts and ends the store's threads
 *  Flusher              writes frozen generations to tables
 *  Compactor            compacts tables
 *  ReadLoad             decides when reads justify a compaction
 *  TableMaker           writes the tables of both
 *  MemoryRetry          does work again when the JVM refuses memory
 *  Scrubber             reads and checks every file at a bounded rate
 *  MaintenanceExecutor  runs short tasks, such as preparing journal segments
 *  Monitor              a lock and its condition
 * </pre>
 *
 * <p><b>Lifecycle.</b>
 *
 * <pre>
 *  Engine, EngineOptions, EngineParts   opening, wiring, closing
 *  MemoryPlan                           divides the memory outside the heap
 *  StoreFolder                          checks and claims the folder
 *  Replay                               builds memtables from the journal at opening
 *  StoreClosed                          the exception of every call after closing
 * </pre>
 *
 * <p><b>Reports.</b>
 *
 * <pre>
 *  Health, Problem                        failures, damage, warnings
 *  WatchedFiles                           reports files that cannot be deleted
 *  LostPageFinder                         names the file of a lost page
 *  EngineStats                            sizes and counters
 *  Verifier, Verification, BytesProgress  a check of every byte on demand
 * </pre>
 */
@NullMarked
package dev.firn.engine;

import org.jspecify.annotations.NullMarked;
