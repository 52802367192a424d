package dev.firn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeOptionsTest {

  private static final TreeOptions DAY =
      TreeOptions.builder().timeToLive(Duration.ofDays(1)).build();
  private static final TreeOptions LAST =
      TreeOptions.builder().mergeOperator(new Last("last")).build();

  @TempDir Path directory;

  /** Keeps the last operand. */
  private record Last(String name) implements MergeOperator {
    @Override
    public byte[] merge(byte[] key, byte @Nullable [] existing, List<byte[]> operands) {
      return operands.getLast();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static void assertRefused(String message, Runnable opening) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, opening::run);
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.toString());
  }

  @Test
  void defaults_areThoseOfAPlainTree() {
    TreeOptions options = TreeOptions.defaults();
    assertEquals(Duration.ZERO, options.timeToLive());
    assertEquals(0, options.minValueFileBytes());
    assertEquals(
        "TreeOptions[mergeOperator=none, timeToLive=PT0S, minValueFileBytes=0]",
        options.toString());
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t", options);
      assertSame(tree, store.tree("t"));
    }
  }

  @Test
  void options_outOfRange_areRefused() {
    TreeOptions.Builder builder = TreeOptions.builder();
    assertRefused("timeToLive=", () -> builder.timeToLive(Duration.ofNanos(-1)));
    assertRefused("timeToLive=", () -> builder.timeToLive(Duration.ofNanos(1)));
    assertRefused("timeToLive=", () -> builder.timeToLive(Duration.ofDays(36_501)));
    assertRefused("minValueFileBytes=63", () -> builder.minValueFileBytes(63));
    TreeOptions.Builder both =
        TreeOptions.builder().mergeOperator(new Last("last")).timeToLive(Duration.ofDays(1));
    assertRefused("time to live", both::build);
    TreeOptions.Builder unnamed = TreeOptions.builder().mergeOperator(new Last(""));
    assertRefused("name", unnamed::build);
  }

  @Test
  void tree_withAnOperator_needsItAtEachOpening() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t", LAST);
      assertSame(tree, store.tree("t"));
      assertSame(tree, store.tree("t", LAST));
      store.tree("other").put(bytes("k"), bytes("v"));
    }
    try (Store store = Store.open(directory)) {
      assertRefused("has the merge operator last", () -> store.tree("t"));
      assertRefused("has the merge operator last", () -> store.tree("t", DAY));
      TreeOptions first = TreeOptions.builder().mergeOperator(new Last("first")).build();
      assertRefused("opened with the merge operator first", () -> store.tree("t", first));
      assertArrayEquals(bytes("v"), store.tree("other").get(bytes("k")));
      Tree other = store.tree("other");
      assertSame(other, store.tree("other", LAST));
      other.merge(bytes("k"), bytes("w"));
      assertArrayEquals(bytes("w"), other.get(bytes("k")));
      assertEquals("t", store.tree("t", LAST).name());
      assertTrue(store.dropTree("t"));
      assertEquals("t", store.tree("t").name());
    }
    try (Store store = Store.open(directory)) {
      assertRefused("has the merge operator last", () -> store.tree("other"));
      assertArrayEquals(bytes("w"), store.tree("other", LAST).get(bytes("k")));
    }
  }

  @Test
  void tree_takesAnotherTimeToLive_whileOpenAndAtAnOpening() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t", DAY);
      assertSame(tree, store.tree("t", TreeOptions.defaults()));
    }
    try (Store store = Store.open(directory)) {
      assertEquals("t", store.tree("t", DAY).name());
    }
    try (Store store = Store.open(directory)) {
      assertEquals("t", store.tree("t").name());
    }
  }

  @Test
  void kinds_areApart() {
    for (int i = 0; i < 2; i++) {
      try (Store store = Store.open(directory)) {
        MultiTree multi = store.multiTree("multi");
        assertSame(multi, store.multiTree("multi"));
        store.tree("plain");
        assertRefused("multi tree", () -> store.tree("multi"));
        assertRefused("multi tree", () -> store.tree("multi", DAY));
        assertRefused("plain tree", () -> store.multiTree("plain"));
        assertRefused("plain tree", () -> store.multiTree("plain", DAY));
        assertRefused("merge", () -> store.multiTree("new", LAST));
        assertSame(multi, store.multiTree("multi", DAY));
        assertEquals(List.of("multi", "plain"), store.treeNames());
      }
    }
    try (Store store = Store.open(directory)) {
      assertTrue(store.dropTree("multi"));
      assertEquals("multi", store.tree("multi").name());
    }
  }
}
