package dev.firn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * The builder, and the figures in its Javadoc that follow from others. Defaults and ranges are
 * checked by {@code DefaultsTest}.
 */
class StoreOptionsTest {

  private static final Path SOURCE = Path.of("src/main/java/dev/firn/StoreOptions.java");

  @Test
  void defaults_areThoseOfANewBuilder() {
    assertEquals(StoreOptions.defaults().toString(), StoreOptions.builder().build().toString());
    assertSame(StoreOptions.defaults(), StoreOptions.defaults());
  }

  @Test
  void build_leavesEarlierOptionsAlone() {
    StoreOptions.Builder builder = StoreOptions.builder().blockBytes(512);
    StoreOptions first = builder.build();
    StoreOptions second = builder.blockBytes(1024).salvage(true).build();
    assertEquals(512, first.blockBytes());
    assertEquals(1024, second.blockBytes());
    assertTrue(second.salvage() && !first.salvage());
  }

  @Test
  void toBuilder_keepsEveryOption() {
    ProblemListener listener = problem -> {};
    StoreOptions options =
        StoreOptions.builder()
            .createIfMissing(false)
            .salvage(true)
            .memoryBytes(1 << 28)
            .journalSegmentBytes(1 << 20)
            .minValueFileBytes(2048)
            .blockBytes(512)
            .tableBytes(1 << 21)
            .levelBaseBytes(1 << 22)
            .blockCacheBytes(1 << 23)
            .pageCacheBytes(77)
            .filterBitsPerKey(7)
            .compression(Compression.LZ4)
            .syncInterval(Duration.ofMillis(7))
            .scrubInterval(Duration.ofHours(7))
            .scrubBytesPerSecond(7777)
            .tombstoneMaxAge(Duration.ofHours(8))
            .maxTransactionAge(Duration.ofMinutes(9))
            .problemListener(listener)
            .build();
    StoreOptions copy = options.toBuilder().build();
    assertEquals(
        "StoreOptions[createIfMissing=false, salvage=true, memoryBytes=268435456,"
            + " journalSegmentBytes=1048576, minValueFileBytes=2048,"
            + " blockBytes=512, tableBytes=2097152, levelBaseBytes=4194304,"
            + " blockCacheBytes=8388608, pageCacheBytes=77, filterBitsPerKey=7, compression=LZ4,"
            + " syncInterval=PT0.007S, scrubInterval=PT7H, scrubBytesPerSecond=7777,"
            + " tombstoneMaxAge=PT8H, maxTransactionAge=PT9M]",
        copy.toString());
    assertEquals(options.toString(), copy.toString());
    assertSame(listener, copy.problemListener());
  }

  @Test
  void journalSegmentBytes_isRoundedUpToWholePages() {
    assertEquals(
        20_480, StoreOptions.builder().journalSegmentBytes(16_385).build().journalSegmentBytes());
  }

  @Test
  void memory_isDividedAgain_whenItsBoundIsSet() {
    StoreOptions defaults = StoreOptions.defaults();
    assertEquals(defaults.memoryBytes() / 2, defaults.blockCacheBytes());
    StoreOptions small = defaults.toBuilder().memoryBytes(64 << 20).build();
    assertEquals(32 << 20, small.blockCacheBytes());
    assertEquals(2 << 20, small.journalSegmentBytes());
  }

  @Test
  void memory_thatIsTooSmall_isRefused() {
    StoreOptions.Builder builder = StoreOptions.builder().memoryBytes(64 << 20);
    assertRefused(builder.journalSegmentBytes(16 << 20), "memoryBytes=67108864: must be at least");
    builder.journalSegmentBytes(1 << 20);
    assertRefused(builder.blockCacheBytes(65 << 20), "blockCacheBytes=68157440: must be at most");
    builder.blockCacheBytes(64 << 20).build();
    assertThrows(IllegalArgumentException.class, () -> builder.memoryBytes((8 << 20) - 1));
  }

  private static void assertRefused(StoreOptions.Builder builder, String message) {
    String refused = assertThrows(IllegalArgumentException.class, builder::build).getMessage();
    assertTrue(refused.startsWith(message), refused);
  }

  /** Memory is bounded by the generations that wait or are flushed, and one that is written. */
  @Test
  void javadoc_ofJournalSegmentBytes_countsTheMemtables() throws Exception {
    Field field = Class.forName("dev.firn.engine.FrozenLimits").getDeclaredField("MAX_FLUSH");
    field.setAccessible(true);
    int frozen = 3 * field.getInt(null);
    String javadoc = javadoc("journalSegmentBytes");
    assertTrue(javadoc.contains("up to " + (frozen + 1) + " memtables"), javadoc);
    assertTrue(javadoc.contains("and " + frozen + " that wait"), javadoc);
  }

  @Test
  void javadoc_ofScrubBytesPerSecond_saysHowLongItTakes() throws Exception {
    long seconds = (100L << 30) / StoreOptions.defaults().scrubBytesPerSecond();
    String hours = String.format(Locale.ROOT, "%.1f hours", seconds / 3600.0);
    assertTrue(javadoc("scrubBytesPerSecond").contains("100 GiB take " + hours));
  }

  /** The text of the comment before a setter, on one line. */
  private static String javadoc(String setter) throws IOException {
    String source = Files.readString(SOURCE);
    int end = source.indexOf("public Builder " + setter + "(");
    int begin = source.lastIndexOf("/**", end);
    return source.substring(begin, end).replaceAll("\\s*\\*/?\\s+|\\s+", " ");
  }
}
