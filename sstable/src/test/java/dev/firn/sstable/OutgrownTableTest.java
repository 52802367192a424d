package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.EntryRef;
import dev.firn.core.InternalCursor;
import dev.firn.core.MemoryBudget;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.ForwardingFileSystem;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads of a table whose store has outgrown the page cache. */
final class OutgrownTableTest {

  private static final int BLOCK_BYTES = 1024;
  private static final int ENTRIES = 5000;

  private final MemoryFileSystem memory = new MemoryFileSystem();
  private final CountingFiles files = new CountingFiles();
  private final Path directory = Path.of("/tables");
  private final BlockCache cache = new BlockCache(1 << 20, MemoryBudget.unbounded(), 0);
  private final TreeMap<Entry, byte[]> model = new TreeMap<>();
  private final TableMetadata metadata;
  private final Table table;
  private final Probe probe = new Probe();

  /** What was read by position, and what was said of the mapping. */
  private final class CountingFiles extends ForwardingFileSystem {

    private final List<Long> lengths = new ArrayList<>();
    private final List<String> advice = new ArrayList<>();
    private boolean damaged;

    /** What was said of the whole mapping. */
    List<String> said() {
      return advice.stream().filter(word -> word.startsWith("random")).toList();
    }

    CountingFiles() {
      super(memory);
    }

    @Override
    public ReadFile openRead(Path file) {
      ReadFile opened = memory.openRead(file);
      return new ReadFile() {
        @Override
        public Path path() {
          return opened.path();
        }

        @Override
        public long size() {
          return opened.size();
        }

        @Override
        public void read(long position, MemorySegment target, long offset, long length) {
          lengths.add(length);
          opened.read(position, target, offset, length);
          if (damaged) {
            byte last = target.get(ValueLayout.JAVA_BYTE, offset + length - 20);
            target.set(ValueLayout.JAVA_BYTE, offset + length - 20, (byte) ~last);
          }
        }

        @Override
        public MemorySegment map() {
          return opened.map();
        }

        @Override
        public void readAtRandom(boolean atRandom) {
          advice.add("random=" + atRandom);
        }

        @Override
        public void prefetch(long position, long length) {
          advice.add("prefetch " + length);
        }

        @Override
        public void close() {
          opened.close();
        }
      };
    }
  }

  OutgrownTableTest() {
    memory.createDirectories(directory);
    Random random = new Random(7);
    for (int i = 0; i < ENTRIES; i++) {
      byte[] value = new byte[50 + random.nextInt(100)];
      random.nextBytes(value);
      byte[] key = ("\0\0\0\1k%06d".formatted(i)).getBytes(StandardCharsets.ISO_8859_1);
      model.put(new Entry(key, SequenceNumber.trailer(i + 1, 1)), value);
    }
    metadata =
        Entries.write(
            files, directory, 1, new TableOptions(BLOCK_BYTES, 16, 10, Codec.NONE), model);
    cache.residency().update(metadata.fileBytes(), 0);
    table = Table.open(files, directory, metadata, cache);
  }

  @AfterEach
  void nothingIsLeft() {
    probe.close();
    table.release();
    assertEquals(0, cache.usedBytes());
    cache.close();
    assertEquals(0, BlockMemory.allocated());
  }

  private boolean get(Entry entry) {
    probe.set(entry.key());
    EntryRef out = new EntryRef();
    boolean found = table.get(probe.key(), 0, probe.length(), probe.hash(), entry.trailer(), out);
    out.release();
    return found;
  }

  private Entry entry(int i) {
    return List.copyOf(model.keySet()).get(i);
  }

  @Test
  void get_readsOneBlock_andThenNothing() {
    get(entry(0));
    files.lengths.clear();
    assertTrue(get(entry(ENTRIES / 2)));
    assertEquals(1, files.lengths.size(), files.lengths::toString);
    assertTrue(files.lengths.getFirst() <= BLOCK_BYTES, files.lengths::toString);
    files.lengths.clear();
    assertTrue(get(entry(ENTRIES / 2)));
    assertEquals(List.of(), files.lengths);
  }

  /** The device delivers a block, and later another one in its place. */
  @Test
  void blockThatIsReadAgain_isCheckedAgain() {
    assertTrue(get(entry(ENTRIES / 2)));
    assertTrue(get(entry(0)));
    files.damaged = true;
    assertTrue(get(entry(ENTRIES / 2)), "in the cache");
    cache.close();
    assertThrows(CorruptionException.class, () -> get(entry(ENTRIES / 2)));
    files.damaged = false;
    assertThrows(CorruptionException.class, () -> get(entry(ENTRIES / 2)), "it stays damaged");
    assertTrue(get(entry(0)));
  }

  @Test
  void longScan_readsAhead_bothWays() {
    get(entry(0));
    for (boolean forward : new boolean[] {true, false}) {
      files.lengths.clear();
      int count = 0;
      try (InternalCursor cursor = table.cursor()) {
        for (boolean valid = forward ? cursor.first() : cursor.last(); valid; count++) {
          valid = forward ? cursor.next() : cursor.prev();
        }
      }
      assertEquals(ENTRIES, count);
      long sum = files.lengths.stream().mapToLong(Long::longValue).sum();
      assertTrue(files.lengths.size() < 15, files.lengths::toString);
      assertTrue(sum < metadata.fileBytes() * 5 / 4, files.lengths::toString);
    }
  }

  @Test
  void reads_areAskedForExactly() {
    get(entry(0));
    files.advice.clear();
    files.lengths.clear();
    get(entry(ENTRIES / 2));
    assertEquals(List.of("prefetch " + files.lengths.getFirst()), files.advice);
  }

  @Test
  void longScan_asksForTheNextStretch() {
    get(entry(0));
    files.advice.clear();
    files.lengths.clear();
    try (InternalCursor cursor = table.cursor()) {
      for (boolean valid = cursor.first(); valid; ) {
        valid = cursor.next();
      }
    }
    List<String> read = files.lengths.stream().map(length -> "prefetch " + length).toList();
    assertTrue(files.advice.size() > read.size(), files.advice::toString);
    assertEquals(read.getLast(), files.advice.getLast());
  }

  @Test
  void shortScan_readsTwoBlocks() {
    get(entry(0));
    files.lengths.clear();
    Entry from = entry(ENTRIES / 2);
    try (InternalCursor cursor = table.cursor()) {
      probe.set(from.key());
      boolean valid = cursor.seek(probe.key(), 0, probe.length(), from.trailer());
      for (int i = 0; i < 9; i++) {
        assertTrue(valid);
        valid = cursor.next();
      }
    }
    assertTrue(files.lengths.size() <= 3, files.lengths::toString);
    assertTrue(files.lengths.stream().allMatch(n -> n <= BLOCK_BYTES), files.lengths::toString);
  }

  @Test
  void adapt_readsInPlaceWhenTablesFit() {
    assertEquals(List.of("random=true"), files.advice);
    assertTrue(get(entry(3)));
    long copies = cache.usedBytes();
    assertTrue(cache.residency().update(-1, 0));
    table.adapt();
    assertEquals(List.of("random=true", "random=false"), files.said());
    for (int i = 0; i < ENTRIES; i += 100) {
      assertTrue(get(entry(i)));
    }
    assertEquals(copies, cache.usedBytes());
    assertFalse(cache.residency().isOutgrown());
  }

  @Test
  void willNeed_namesTheBlock() {
    Entry wanted = entry(ENTRIES / 2);
    get(entry(0));
    files.advice.clear();
    probe.set(wanted.key());
    askFor(wanted);
    assertEquals(1, files.advice.size());
    assertTrue(files.advice.getFirst().startsWith("prefetch "), files.advice::toString);
    assertTrue(get(wanted));
    files.advice.clear();
    askFor(wanted);
    assertEquals(List.of(), files.advice, "the block is in the cache");
  }

  /** Begins to read the block of an entry. */
  private void askFor(Entry wanted) {
    TableIndex index = table.index();
    long word = index.word(probe.key(), 0, probe.length());
    int line = index.line(word);
    index.willNeed(index.find(line, word, probe.key(), 0, probe.length(), wanted.trailer()));
  }
}
