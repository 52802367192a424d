package dev.firn.test.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.StoreOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Options refuse invalid values with the option's name and the value, and are immutable. */
final class OptionsTest {

  private final StoreOptions options = StoreOptions.defaults();
  private final StoreOptions.Builder builder = StoreOptions.builder();

  @Test
  void invalidValues_areRefusedByNameAndValue() {
    assertRefused("journalSegmentBytes=-1", () -> builder.journalSegmentBytes(-1));
    assertRefused("journalSegmentBytes=0", () -> builder.journalSegmentBytes(0));
    assertRefused("journalSegmentBytes=16383", () -> builder.journalSegmentBytes(16383));
    assertRefused(
        "journalSegmentBytes=1073741825", () -> builder.journalSegmentBytes((1 << 30) + 1));
    assertRefused("blockBytes=-4096", () -> builder.blockBytes(-4096));
    assertRefused("blockBytes=127", () -> builder.blockBytes(127));
    assertRefused("blockBytes=1048577", () -> builder.blockBytes((1 << 20) + 1));
    assertRefused("tableBytes=4095", () -> builder.tableBytes(4095));
    assertRefused("tableBytes=" + Long.MIN_VALUE, () -> builder.tableBytes(Long.MIN_VALUE));
    assertRefused("levelBaseBytes=4095", () -> builder.levelBaseBytes(4095));
    assertRefused("blockCacheBytes=-1", () -> builder.blockCacheBytes(-1));
    assertRefused("filterBitsPerKey=-1", () -> builder.filterBitsPerKey(-1));
    assertRefused("filterBitsPerKey=33", () -> builder.filterBitsPerKey(33));
    assertRefused("scrubInterval=PT-1S", () -> builder.scrubInterval(Duration.ofSeconds(-1)));
    assertRefused("scrubBytesPerSecond=0", () -> builder.scrubBytesPerSecond(0));
    assertRefused("syncInterval=PT-1S", () -> builder.syncInterval(Duration.ofSeconds(-1)));
  }

  private static void assertRefused(String nameAndValue, Executable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call);
    assertTrue(e.getMessage().startsWith(nameAndValue), e::getMessage);
  }

  @Test
  void toBuilder_changesACopy() {
    StoreOptions other = options.toBuilder().blockBytes(512).salvage(true).build();
    assertEquals(512, other.blockBytes());
    assertTrue(other.salvage());
    assertEquals(4096, options.blockBytes());
    assertTrue(!options.salvage());
    assertEquals(options.tableBytes(), other.tableBytes());
  }

  @Test
  void extremes_areAccepted() {
    builder.journalSegmentBytes(16 << 10).journalSegmentBytes(1 << 30);
    builder.blockBytes(128).blockBytes(1 << 20);
    builder.blockCacheBytes(0).blockCacheBytes(Long.MAX_VALUE);
    builder.filterBitsPerKey(0).filterBitsPerKey(32);
    builder.syncInterval(Duration.ZERO).syncInterval(Duration.ofNanos(1));
  }
}
