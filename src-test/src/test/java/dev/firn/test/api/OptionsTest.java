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

  @Test
  void nonsense_isRefusedByNameAndValue() {
    assertRefused("journalSegmentBytes=-1", () -> options.withJournalSegmentBytes(-1));
    assertRefused("journalSegmentBytes=0", () -> options.withJournalSegmentBytes(0));
    assertRefused("journalSegmentBytes=16383", () -> options.withJournalSegmentBytes(16383));
    assertRefused(
        "journalSegmentBytes=1073741825", () -> options.withJournalSegmentBytes((1 << 30) + 1));
    assertRefused("blockBytes=-4096", () -> options.withBlockBytes(-4096));
    assertRefused("blockBytes=127", () -> options.withBlockBytes(127));
    assertRefused("blockBytes=1048577", () -> options.withBlockBytes((1 << 20) + 1));
    assertRefused("tableBytes=4095", () -> options.withTableBytes(4095));
    assertRefused("tableBytes=" + Long.MIN_VALUE, () -> options.withTableBytes(Long.MIN_VALUE));
    assertRefused("levelBaseBytes=4095", () -> options.withLevelBaseBytes(4095));
    assertRefused("blockCacheBytes=-1", () -> options.withBlockCacheBytes(-1));
    assertRefused("filterBitsPerKey=-1", () -> options.withFilterBitsPerKey(-1));
    assertRefused("filterBitsPerKey=33", () -> options.withFilterBitsPerKey(33));
    assertRefused("scrubInterval=PT-1S", () -> options.withScrubInterval(Duration.ofSeconds(-1)));
    assertRefused("scrubBytesPerSecond=0", () -> options.withScrubBytesPerSecond(0));
    assertRefused("syncInterval=PT-1S", () -> options.withSyncInterval(Duration.ofSeconds(-1)));
  }

  private static void assertRefused(String nameAndValue, Executable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call);
    assertTrue(e.getMessage().startsWith(nameAndValue), e::getMessage);
  }

  @Test
  void with_changesACopy() {
    StoreOptions other = options.withBlockBytes(512).withSalvage(true);
    assertEquals(512, other.blockBytes());
    assertTrue(other.salvage());
    assertEquals(4096, options.blockBytes());
    assertTrue(!options.salvage());
    assertEquals(options.tableBytes(), other.tableBytes());
  }

  @Test
  void extremes_areAccepted() {
    options.withJournalSegmentBytes(16 << 10).withJournalSegmentBytes(1 << 30);
    options.withBlockBytes(128).withBlockBytes(1 << 20);
    options.withBlockCacheBytes(0).withBlockCacheBytes(Long.MAX_VALUE);
    options.withFilterBitsPerKey(0).withFilterBitsPerKey(32);
    options.withSyncInterval(Duration.ZERO).withSyncInterval(Duration.ofNanos(1));
  }
}
