package dev.firn.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.EntryBatch;
import dev.firn.core.ReadMoment;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Entries are written {@code b3}: key b, sequence 3, a put; or {@code b3-}, a deletion. The value
 * of a put is its own text.
 */
class ScanBatchTest {

  private static final int TREE = 1;
  static final int NONE = -1;
  private static final int ONE_BLOCK = Integer.MAX_VALUE;
  static final int LARGE_BYTES = 16 * 1024 + 1;

  @Test
  void forward_keepsNewestVisibleEntryOfEachKey() {
    Scan scan = new Scan(5, ONE_BLOCK, "a5 a3 b9 b2 c4- c1 d7 e1");
    assertEquals(List.of("a5", "b2", "e1"), scan.forward());
  }

  @Test
  void backward_keepsNewestVisibleEntryOfEachKey() {
    Scan scan = new Scan(5, ONE_BLOCK, "a5 a3 b9 b2 c4- c1 d7 e1");
    assertEquals(List.of("e1", "b2", "a5"), scan.backward());
  }

  @Test
  void forward_versionsOfAKeyInSeveralBatches_oneIsKept() {
    Scan scan = new Scan(9, 2, "a9 a8 a7 a6 a5 b9- b8 b7 b6 c1");
    assertEquals(List.of("a9", "c1"), scan.forward());
  }

  @Test
  void backward_versionsOfAKeyInSeveralBatches_newestIsKept() {
    Scan scan = new Scan(9, 2, "a9 a8 a7 a6 a5 b9- b8 b7 b6 c1");
    assertEquals(List.of("c1", "a9"), scan.backward());
  }

  /** One common trailer in a batch means distinct keys, but not distinct from the last batch's. */
  @Test
  void forward_commonTrailer_olderVersionOfDecidedKeyIsLeftOut() {
    Scan scan = new Scan(9, 2, "a5 b5 b3 c3 d3 d1");
    assertEquals(List.of("a5", "b5", "c3", "d3"), scan.forward());
  }

  @Test
  void backward_commonTrailer_newerVersionInNextBatchReplacesCandidate() {
    Scan scan = new Scan(9, 2, "a5 b5 b3 c3 d3 d1");
    assertEquals(List.of("d3", "c3", "b5", "a5"), scan.backward());
  }

  /** A hot key between others: from both sides, at every age of the scan. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, ONE_BLOCK})
  void manyVersionsOfAKey_areNotWalked(int blockEntries) {
    int versions = 5_000;
    List<Item> items = new ArrayList<>();
    items.add(new Item("a", 1, false));
    for (int i = versions; i > 0; i--) {
      items.add(new Item("m", i + 1, i == 3));
    }
    items.add(new Item("z", 1, false));
    for (int sequence : List.of(1, 2, 3, 4, 5, versions / 2, versions, versions + 1)) {
      List<String> expected = new ArrayList<>(List.of("a1", "z1"));
      if (sequence > 1 && sequence != 4) {
        expected.add(1, "m" + sequence);
      }
      Scan forward = new Scan(sequence, blockEntries, items);
      assertEquals(expected, forward.forward());
      Scan backward = new Scan(sequence, blockEntries, items);
      assertEquals(expected.reversed(), backward.backward());
      int most = Math.max(forward.source.visits, backward.source.visits);
      assertTrue(most < 200, most + " entries were read at " + sequence);
    }
  }

  /** Values of the hot key that cannot be copied are found again. */
  @Test
  void backward_manyVersionsOfLargeValues_newestIsDropped() {
    List<Item> items = new ArrayList<>();
    for (int i = 100; i > 0; i--) {
      items.add(new Item("m", i, false));
    }
    Scan scan = new Scan(50, 7, items);
    scan.source.enlarge("m50");
    assertEquals(List.of("m50 dropped"), scan.backward());
  }

  /** Random versions: some keys have many, some few, all in blocks of random sizes. */
  @Test
  void randomVersions_bothDirections_asAMap() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<Item> items = new ArrayList<>();
      int keys = 1 + random.nextInt(12);
      for (int key = 0; key < keys; key++) {
        int versions = random.nextInt(3) == 0 ? random.nextInt(120) : random.nextInt(6);
        int newest = 40 + random.nextInt(160);
        for (int i = 0; i < versions && newest - i > 0; i++) {
          items.add(new Item(letter(key), newest - i, random.nextInt(4) == 0));
        }
      }
      int sequence = random.nextInt(220);
      List<String> expected = new ArrayList<>();
      Set<String> decided = new HashSet<>();
      for (Item item : items) {
        if (item.sequence() <= sequence && decided.add(item.key()) && !item.delete()) {
          expected.add(item.key() + item.sequence());
        }
      }
      int blockEntries = 1 + random.nextInt(80);
      Scan scan = new Scan(sequence, blockEntries, items);
      assertEquals(expected, scan.forward(), "seed " + seed);
      assertEquals(expected.reversed(), scan.backward(), "seed " + seed);
    }
  }

  @Test
  void forward_deletionDecidesAcrossBatches() {
    Scan scan = new Scan(9, 1, "a3- a2 a1 b1");
    assertEquals(List.of("b1"), scan.forward());
  }

  @Test
  void commonTrailer_aboveTheSequence_isNotVisible() {
    Scan scan = new Scan(4, ONE_BLOCK, "a5 b5 c5");
    assertEquals(List.of(), scan.forward());
    assertEquals(List.of(), scan.backward());
  }

  @Test
  void commonTrailer_ofDeletions_isNotKept() {
    Scan scan = new Scan(9, ONE_BLOCK, "a5- b5- c5-");
    assertEquals(List.of(), scan.forward());
    assertEquals(List.of(), scan.backward());
  }

  @Test
  void forward_endsBeforeTheUpperBound() {
    Scan scan = new Scan(9, ONE_BLOCK, "a1 b1 c1 d1").range("a", "c");
    assertEquals(List.of("a1", "b1"), scan.forward());
    assertFalse(scan.batch.readNext(scan.source), "the scan has ended");
  }

  @Test
  void forward_invisibleEntryAtTheUpperBound_endsThere() {
    Scan scan = new Scan(2, 2, "a1 b1 c9 c1 d1").range("a", "c");
    assertEquals(List.of("a1", "b1"), scan.forward());
  }

  @Test
  void backward_endsAtTheLowerBound() {
    Scan scan = new Scan(9, ONE_BLOCK, "a1 b1 c1 d1").range("b", "d");
    assertEquals(List.of("c1", "b1"), scan.backward());
    assertFalse(scan.batch.readPrev(scan.source), "the scan has ended");
  }

  @Test
  void backward_candidateAtTheLowerBound_isKept() {
    for (int blockEntries = 1; blockEntries <= 4; blockEntries++) {
      Scan scan = new Scan(9, blockEntries, "a1 b3 b2 c1").range("b", "d");
      assertEquals(List.of("c1", "b3"), scan.backward(), "blockEntries=" + blockEntries);
    }
  }

  @Test
  void emptyRange_hasNoEntries() {
    Scan scan = new Scan(9, ONE_BLOCK, "a1 d1").range("b", "c");
    assertEquals(List.of(), scan.forward());
    assertEquals(List.of(), scan.backward());
  }

  @Test
  void batches_growUpToTheirCapacity() {
    Scan scan = new Scan(9, ONE_BLOCK, numbered(200));
    assertEquals(200, scan.forward().size());
    assertEquals(List.of(4, 16, 64, 64, 52), scan.sizes);
    scan = new Scan(9, ONE_BLOCK, numbered(200));
    assertEquals(200, scan.backward().size());
    // One entry of each is the candidate, which begins the next batch; the last one comes alone.
    assertEquals(List.of(3, 15, 63, 63, 55, 1), scan.sizes);
  }

  /** The next scan is expected to be as long as the last one, and reads one entry more. */
  @Test
  void firstBatch_isOneEntryLongerThanTheLastScan() {
    Scan scan = new Scan(9, ONE_BLOCK, numbered(200));
    scan.begin(NONE);
    assertTrue(scan.batch.readForward(scan.source));
    assertTrue(scan.batch.readNext(scan.source));
    scan.begin(5);
    assertTrue(scan.batch.readForward(scan.source));
    assertEquals(4 + 6 + 1, scan.batch.entries().size());
    scan.begin(0);
    assertTrue(scan.batch.readForward(scan.source));
    assertEquals(2, scan.batch.entries().size());
    // A search that nothing was read after says nothing about the next scan.
    scan.begin(NONE);
    assertTrue(scan.batch.readForward(scan.source));
    assertEquals(2, scan.batch.entries().size());
  }

  /** The source overwrites the values of a block when it leaves the block. */
  @Test
  void backward_candidateOfAnotherBlock_keepsItsValue() {
    Scan scan = new Scan(9, 2, "a1 b1 c1 d1 e1");
    assertEquals(List.of("e1", "d1", "c1", "b1", "a1"), scan.backward());
  }

  @Test
  void backward_largeCandidateOfAnotherBlock_dropsItsValue() {
    Scan scan = new Scan(9, 2, "a1 b1 c1 d1");
    scan.source.enlarge("c1");
    assertEquals(List.of("d1", "c1 dropped", "b1", "a1"), scan.backward());
  }

  @Test
  void backward_largeCandidateOfASourceThatKeepsValues_keepsItsValue() {
    Scan scan = new Scan(9, 2, "a1 b1 c1 d1");
    scan.source.enlarge("c1");
    scan.source.keepsValues = true;
    assertEquals(List.of("d1", "c1", "b1", "a1"), scan.backward());
  }

  @Test
  void randomEntries_matchTheDefinition() {
    long seed = Long.getLong("firn.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      List<Item> items = randomItems(random);
      int sequence = random.nextInt(6);
      int blockEntries = 1 + random.nextInt(7);
      String lower = letter(random.nextInt(8));
      String upper = letter(random.nextInt(8));
      List<String> expected = visible(items, sequence, lower, upper);
      String message =
          "seed=%d round=%d %s sequence=%d blockEntries=%d [%s, %s)"
              .formatted(seed, round, items, sequence, blockEntries, lower, upper);
      Scan scan = new Scan(sequence, blockEntries, items).range(lower, upper);
      assertEquals(expected, scan.forward(), message);
      assertEquals(expected.reversed(), scan.backward(), message);
      assertEquals(expected, scan.forward(), message + ", again");
    }
  }

  private static List<Item> randomItems(Random random) {
    Set<String> texts = new HashSet<>();
    boolean oneTrailer = random.nextInt(4) == 0;
    for (int i = random.nextInt(30); i > 0; i--) {
      int sequence = oneTrailer ? 3 : random.nextInt(6);
      boolean delete = !oneTrailer && random.nextInt(4) == 0;
      String entry = letter(random.nextInt(8)) + sequence;
      if (!texts.contains(entry) && !texts.contains(entry + "-")) {
        texts.add(delete ? entry + "-" : entry);
      }
    }
    return texts.stream().map(Item::parse).sorted(Item.ORDER).toList();
  }

  /** The definition of a scan, entry by entry. */
  private static List<String> visible(List<Item> items, int sequence, String lower, String upper) {
    List<String> visible = new ArrayList<>();
    String decided = "";
    for (Item item : items) {
      if (item.sequence <= sequence && !item.key.equals(decided)) {
        decided = item.key;
        if (!item.delete && item.key.compareTo(lower) >= 0 && item.key.compareTo(upper) < 0) {
          visible.add(item.toString());
        }
      }
    }
    return visible;
  }

  private static String letter(int i) {
    return String.valueOf((char) ('a' + i));
  }

  private static List<Item> numbered(int count) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(new Item("%04d".formatted(i), i % 9 + 1, false));
    }
    return items;
  }

  /** A batch over a source, driven as a cursor does. */
  private static final class Scan {

    private final int sequence;
    private final BlockSource source;
    private final List<Integer> sizes = new ArrayList<>();
    private ScanRange range;
    private ScanBatch batch;

    Scan(int sequence, int blockEntries, String entries) {
      this(sequence, blockEntries, List.of(entries.split(" ")).stream().map(Item::parse).toList());
    }

    Scan(int sequence, int blockEntries, List<Item> items) {
      this.sequence = sequence;
      this.source = new BlockSource(items, blockEntries);
      range = ScanRange.of(TREE, new byte[0], null);
      batch = batch();
    }

    Scan range(String lower, String upper) {
      range = ScanRange.of(TREE, lower.getBytes(UTF_8), upper.getBytes(UTF_8));
      batch = batch();
      return this;
    }

    private ScanBatch batch() {
      ReadMoment moment = new ReadMoment();
      moment.set(sequence);
      Arena arena = Arena.ofAuto();
      GapWalk gap = new GapWalk(KnownGaps.none(), arena, range, moment);
      ScanBatch made = new ScanBatch(arena, range, moment, gap);
      made.begin(null, NONE);
      return made;
    }

    void begin(int place) {
      batch.restart(place);
      KeyBuffer lower = range.lower();
      source.seek(lower.memory(), 0, lower.length(), SequenceNumber.MAX_TRAILER);
    }

    List<String> forward() {
      begin(NONE);
      List<String> found = new ArrayList<>();
      for (boolean more = batch.readForward(source); more; more = batch.readNext(source)) {
        addTo(found);
      }
      return found;
    }

    List<String> backward() {
      batch.restart(NONE);
      KeyBuffer upper = range.upper();
      source.seekBefore(upper.memory(), 0, upper.length(), SequenceNumber.MAX_TRAILER);
      List<String> found = new ArrayList<>();
      for (boolean more = batch.readBackward(source); more; more = batch.readPrev(source)) {
        addTo(found);
      }
      return found;
    }

    /** Adds the entries of the batch, each after a check of its value. */
    private void addTo(List<String> found) {
      EntryBatch entries = batch.entries();
      sizes.add(entries.size());
      for (int i = 0; i < entries.size(); i++) {
        byte[] key =
            entries
                .key(i)
                .asSlice(StoreKey.TREE_BYTES, entries.keyLength(i) - StoreKey.TREE_BYTES)
                .toArray(ValueLayout.JAVA_BYTE);
        String text = new String(key, UTF_8) + SequenceNumber.sequence(entries.trailer(i));
        if (batch.isValueDropped(i)) {
          found.add(text + " dropped");
        } else {
          byte[] value =
              entries
                  .value(i)
                  .asSlice(entries.valueOffset(i), entries.valueLength(i))
                  .toArray(ValueLayout.JAVA_BYTE);
          assertEquals(text, new String(value, UTF_8).strip(), "the value of " + text);
          found.add(text);
        }
      }
    }
  }

  record Item(String key, int sequence, boolean delete) {

    static final Comparator<Item> ORDER =
        Comparator.comparing(Item::key).thenComparing(Item::sequence, Comparator.reverseOrder());

    static Item parse(String text) {
      boolean delete = text.endsWith("-");
      String number = text.substring(1, text.length() - (delete ? 1 : 0));
      return new Item(text.substring(0, 1), Integer.parseInt(number), delete);
    }

    byte[] storeKey() {
      byte[] user = key.getBytes(UTF_8);
      byte[] store = new byte[StoreKey.TREE_BYTES + user.length];
      StoreKey.setTree(MemorySegment.ofArray(store), 0, TREE);
      System.arraycopy(user, 0, store, StoreKey.TREE_BYTES, user.length);
      return store;
    }

    long trailer() {
      return SequenceNumber.trailer(
          sequence, delete ? ValueKind.DELETE.code() : ValueKind.PUT.code());
    }

    @Override
    public String toString() {
      return key + sequence + (delete ? "-" : "");
    }
  }
}
