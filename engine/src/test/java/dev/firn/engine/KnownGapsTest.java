package dev.firn.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.ReadMoment;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KnownGapsTest {

  private final EngineFixture engine = new EngineFixture();
  private KnownGaps gaps;
  private Generation active;
  private ReadView view;

  @BeforeEach
  void begin() {
    active = engine.begin();
    gaps = new KnownGaps(engine.visible::get, engine.currentView::currentOrNull, 1);
    view = engine.currentView.current();
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private void learn(String from, String to, long entries) {
    GapWatch watch = watch(from, to, true);
    assertNotNull(watch);
    gaps.learn(watch, from.getBytes(UTF_8), to.getBytes(UTF_8), entries, 0);
  }

  private @Nullable GapWatch watch(String from, String to, boolean forward) {
    return gaps.watch(view, from.getBytes(UTF_8), to.getBytes(UTF_8), forward);
  }

  private void cut(String key) {
    MemorySegment memory = Arena.ofAuto().allocateFrom(key);
    gaps.cut(memory, 0, key.length());
  }

  private static KeyBuffer buffer(String key) {
    KeyBuffer buffer = new KeyBuffer();
    buffer.set(key.getBytes(UTF_8));
    return buffer;
  }

  /** The gap at a key, or "-". */
  private String at(String key, long sequence) {
    return text(gaps.at(buffer(key), moment(sequence)));
  }

  private String at(String key) {
    return at(key, engine.visible.get());
  }

  private String before(String key) {
    return text(gaps.before(buffer(key), moment(engine.visible.get())));
  }

  private static ReadMoment moment(long sequence) {
    ReadMoment moment = new ReadMoment();
    moment.set(sequence);
    return moment;
  }

  private static String text(@Nullable Gap gap) {
    return gap == null ? "-" : new String(gap.from, UTF_8) + "," + new String(gap.to, UTF_8);
  }

  @Test
  void gap_isFoundFromBothSides() {
    learn("b", "d", 10);
    assertEquals("-", at("azzzzzzzzzzzzz"));
    assertEquals("b,d", at("b"));
    assertEquals("b,d", at("czzzzzzzzzzzzz"));
    assertEquals("-", at("d"));
    assertEquals("-", before("b"));
    assertEquals("b,d", before("bb"));
    assertEquals("b,d", before("d"));
    assertEquals("-", before("d0"));
  }

  @Test
  void reader_belowTheSequence_ignoresTheGap() {
    engine.write(active);
    learn("b", "d", 10);
    assertEquals("-", at("c", 0));
    assertEquals("b,d", at("c", 1));
  }

  @Test
  void union_keepsTheLargerPartForOlderReaders() {
    learn("b", "d", 10);
    engine.write(active);
    learn("d", "e", 1);
    assertEquals("b,e", at("c", 1));
    assertEquals("b,d", at("c", 0));
    assertEquals("-", at("d", 0));
    cut("dd");
    assertEquals("b,dd", at("c", 1));
    assertEquals("-", at("c", 0));
  }

  @Test
  void put_insideAGap_splitsIt() {
    learn("b", "d", 10);
    cut("c");
    assertEquals("b,c", at("bz"));
    assertEquals("-", at("c"));
    assertEquals("c\0,d", at("c0"));
    cut("b");
    assertEquals("b\0,c", at("bz"));
    cut("a");
    cut("d");
    assertEquals(2, gaps.count());
  }

  @Test
  void gap_thatIsCutAndNotUsed_isDropped() {
    learn("b", "d", 10);
    for (int i = 0; i < 20; i++) {
      cut("c%02d".formatted(i));
    }
    assertEquals("-", at("cz"));
  }

  @Test
  void gap_thatIsCutAndUsed_isKept() {
    learn("b", "d", 10);
    for (int i = 0; i < 20; i++) {
      cut("c%02d".formatted(i));
      assertEquals("c%02d\0,d".formatted(i), at("cz"));
    }
  }

  @Test
  void put_duringAWalk_shortensIt() {
    GapWatch forward = watch("b", "z", true);
    cut("d");
    cut("x");
    gaps.learn(forward, "b".getBytes(UTF_8), "f".getBytes(UTF_8), 10, 0);
    assertEquals("b,d", at("b"));
    GapWatch backward = watch("p", "z", false);
    cut("s");
    cut("q");
    gaps.learn(backward, "p".getBytes(UTF_8), "z".getBytes(UTF_8), 10, 0);
    assertEquals("s\0,z", at("t"));
    GapWatch all = watch("g", "o", true);
    cut("g");
    gaps.learn(all, "g".getBytes(UTF_8), "o".getBytes(UTF_8), 10, 0);
    assertEquals("-", at("h"));
  }

  @Test
  void watch_afterARotation_isRefused() {
    engine.begin();
    assertNull(watch("b", "d", true));
    assertTrue(gaps.areNone());
    view = engine.currentView.current();
    learn("b", "d", 10);
    assertEquals(1, gaps.count());
  }

  @Test
  void watch_whereAGapIsKnown_isRefused() {
    learn("b", "d", 10);
    assertNull(watch("c", "e", true));
    learn("d", "e", 10);
    assertEquals("b,e", at("b"));
  }

  @Test
  void watches_areBounded_theOldestIsGivenUp() {
    GapWatch first = watch("a", "c", true);
    for (int i = 0; i < 8; i++) {
      assertNotNull(watch("a", "c", true));
    }
    gaps.learn(first, "a".getBytes(UTF_8), "b".getBytes(UTF_8), 10, 0);
    assertEquals(0, gaps.count());
  }

  @Test
  void gaps_areBounded_theSmallestUnusedOneGoes() {
    for (int i = 0; i < KnownGaps.MAX_GAPS; i++) {
      learn("%04d".formatted(i), "%04d5".formatted(i), i == 7 ? 1 : 10);
    }
    learn("x", "y", 10);
    assertEquals(KnownGaps.MAX_GAPS, gaps.count());
    assertEquals("-", at("00071"));
    assertEquals("x,y", at("x"));
  }

  @Test
  void longKeys_makeNoGap() {
    String key = "k".repeat(Gap.MAX_KEY_BYTES + 1);
    assertNull(watch(key, "z", true));
    GapWatch watch = watch("a", "z", true);
    gaps.learn(watch, "a".getBytes(UTF_8), key.getBytes(UTF_8), 10, 0);
    assertTrue(gaps.areNone());
  }

  @Test
  void largeGap_isReportedOnce() {
    int[] reports = {0};
    gaps.whenLarge(() -> reports[0]++);
    learn("b", "d", KnownGaps.LARGE_ENTRIES - 1);
    assertEquals(0, reports[0]);
    learn("e", "f", KnownGaps.LARGE_ENTRIES);
    learn("d", "e", 10);
    assertEquals(1, reports[0]);
  }

  @Test
  void put_afterTheWatchBegan_isInNoGap() throws InterruptedException {
    for (int i = 0; i < 2000; i++) {
      gaps = new KnownGaps(engine.visible::get, engine.currentView::currentOrNull, 1);
      GapWatch watch = watch("b", "d", true);
      Thread writer = Thread.ofVirtual().start(() -> cut("c"));
      gaps.learn(watch, "b".getBytes(UTF_8), "d".getBytes(UTF_8), 10, 0);
      writer.join();
      assertEquals("-", at("c"), "round " + i);
    }
  }
}
