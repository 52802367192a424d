package dev.firn.test.model;

import dev.firn.Compression;
import dev.firn.StoreOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The options that a script opens its store with: so small that flushes and compactions happen all
 * the time.
 *
 * <pre>
 *  options segment=16384 block=128 table=4096 level=16384 cache=0 filter=10 compression=lz4
 *      sync-ms=0 room=0     (on the same line)
 * </pre>
 *
 * Missing options are as in {@link #DEFAULTS}.
 */
public record Options(
    long segment,
    int block,
    long table,
    long level,
    long cache,
    int filter,
    Compression compression,
    long syncMillis,
    long room) {

  static final String WORD = "options";

  static final Options DEFAULTS =
      new Options(
          16 << 10, 4096, 64 << 10, 64 << 10, 1 << 20, 10, Compression.NONE, 0, Long.MAX_VALUE);

  private static final long[] SEGMENTS = {
    16 << 10, 16 << 10, 16 << 10, 17_000, 32 << 10, 64 << 10, 256 << 10, 1 << 20
  };
  private static final int[] BLOCKS = {128, 129, 256, 512, 1000, 4096, 4096, 64 << 10};
  private static final long[] TABLES = {4096, 4096, 8192, 10_000, 64 << 10, 1 << 20};
  private static final long[] LEVELS = {4096, 8192, 20_000, 64 << 10, 1 << 20};
  private static final long[] CACHES = {0, 1, 4096, 64 << 10, 8 << 20};
  private static final int[] FILTERS = {0, 1, 5, 10, 32};
  private static final long[] ROOMS = {Long.MAX_VALUE, Long.MAX_VALUE, 0, 10_000, 100_000};
  private static final long[] SYNC_MILLIS = {0, 0, 1, 20, 5000};

  public static Options draw(Random random) {
    return new Options(
        SEGMENTS[random.nextInt(SEGMENTS.length)],
        BLOCKS[random.nextInt(BLOCKS.length)],
        TABLES[random.nextInt(TABLES.length)],
        LEVELS[random.nextInt(LEVELS.length)],
        CACHES[random.nextInt(CACHES.length)],
        FILTERS[random.nextInt(FILTERS.length)],
        Compression.values()[random.nextInt(Compression.values().length)],
        SYNC_MILLIS[random.nextInt(SYNC_MILLIS.length)],
        ROOMS[random.nextInt(ROOMS.length)]);
  }

  /** The same with a segment that is cheap to copy. */
  public static Options drawSmall(Random random) {
    return draw(random).with("segment", Integer.toString((16 << 10) << random.nextInt(3)));
  }

  static Options parse(String line) {
    Options options = DEFAULTS;
    for (String word : line.strip().split("\\s+")) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        options = options.with(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return options;
  }

  private Options with(String name, String text) {
    long number = name.equals("compression") ? 0 : Long.parseLong(text);
    return switch (name) {
      case "segment" ->
          new Options(number, block, table, level, cache, filter, compression, syncMillis, room);
      case "block" ->
          new Options(
              segment, (int) number, table, level, cache, filter, compression, syncMillis, room);
      case "table" ->
          new Options(segment, block, number, level, cache, filter, compression, syncMillis, room);
      case "level" ->
          new Options(segment, block, table, number, cache, filter, compression, syncMillis, room);
      case "cache" ->
          new Options(segment, block, table, level, number, filter, compression, syncMillis, room);
      case "filter" ->
          new Options(
              segment, block, table, level, cache, (int) number, compression, syncMillis, room);
      case "compression" ->
          new Options(
              segment,
              block,
              table,
              level,
              cache,
              filter,
              Compression.valueOf(text.toUpperCase(Locale.ROOT)),
              syncMillis,
              room);
      case "sync-ms" ->
          new Options(segment, block, table, level, cache, filter, compression, number, room);
      case "room" ->
          new Options(segment, block, table, level, cache, filter, compression, syncMillis, number);
      default -> throw new IllegalArgumentException("option=" + name);
    };
  }

  static List<String> names() {
    return settings(DEFAULTS).map(setting -> setting[0]).toList();
  }

  Options withDefault(String name) {
    return settings(DEFAULTS)
        .filter(setting -> setting[0].equals(name))
        .map(setting -> with(name, setting[1]))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<String[]> settings(Options options) {
    return Arrays.stream(options.toString().split(" ")).skip(1).map(word -> word.split("="));
  }

  public StoreOptions toStoreOptions() {
    return StoreOptions.builder()
        .journalSegmentBytes(segment)
        .minValueFileBytes(Math.max(64, block / 2))
        .blockBytes(block)
        .tableBytes(table)
        .levelBaseBytes(level)
        .blockCacheBytes(cache)
        .filterBitsPerKey(filter)
        .compression(compression)
        .syncInterval(Duration.ofMillis(syncMillis))
        .pageCacheBytes(room)
        .build();
  }

  @Override
  public String toString() {
    return String.join(
        " ",
        WORD,
        "segment=" + segment,
        "block=" + block,
        "table=" + table,
        "level=" + level,
        "cache=" + cache,
        "filter=" + filter,
        "compression=" + compression.name().toLowerCase(Locale.ROOT),
        "sync-ms=" + syncMillis,
        "room=" + room);
  }
}
