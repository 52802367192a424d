package dev.firn.version;

import org.jspecify.annotations.Nullable;

/**
 * Encodes {@link TreeSettings} as the fields of a change.
 *
 * <pre>
 *  settings := number of fields, of each its code and its value, codes ascending
 *
 *  code  field                value
 *     1  kind                 {@link TreeKind#code}, not 0
 *     2  operator             bytes, UTF-8
 *     3  timeToLiveMillis     integer, not 0
 *     4  minValueFileBytes    integer, not 0
 * </pre>
 *
 * <p>Fields that are not set are not written.
 */
final class TreeSettingsCodec {

  /** Max length of encoded settings. */
  static final int MAX_BYTES = 32 + TreeCatalogue.MAX_NAME_BYTES;

  private static final int KIND = 1;
  private static final int OPERATOR = 2;
  private static final int TIME_TO_LIVE = 3;
  private static final int MIN_VALUE_FILE_BYTES = 4;

  private TreeSettingsCodec() {}

  static void encode(TreeSettings settings, ByteSink sink) {
    String operator = settings.operator();
    sink.putVarint(
        count(settings.kind().code() != 0)
            + count(operator != null)
            + count(settings.timeToLiveMillis() != 0)
            + count(settings.minValueFileBytes() != 0));
    if (settings.kind().code() != 0) {
      sink.putVarint(KIND).putVarint(settings.kind().code());
    }
    if (operator != null) {
      sink.putVarint(OPERATOR).putBytes(TreeCatalogue.encodeName(operator));
    }
    if (settings.timeToLiveMillis() != 0) {
      sink.putVarint(TIME_TO_LIVE).putVarint(settings.timeToLiveMillis());
    }
    if (settings.minValueFileBytes() != 0) {
      sink.putVarint(MIN_VALUE_FILE_BYTES).putVarint(settings.minValueFileBytes());
    }
  }

  private static int count(boolean isSet) {
    return isSet ? 1 : 0;
  }

  /**
   * Decodes settings.
   *
   * @throws dev.firn.error.CorruptionException when the bytes are not settings
   */
  static TreeSettings decode(ByteSource source) {
    TreeKind kind = TreeKind.PLAIN;
    String operator = null;
    long timeToLive = 0;
    int minValueFileBytes = 0;
    long fields = source.getVarint("number of settings", 0, MIN_VALUE_FILE_BYTES);
    long code = 0;
    for (long i = 0; i < fields; i++) {
      code = source.getVarint("code of a setting", code + 1, MIN_VALUE_FILE_BYTES);
      switch ((int) code) {
        case KIND -> kind = kind(source);
        case OPERATOR -> operator = source.getText(1, TreeCatalogue.MAX_NAME_BYTES);
        case TIME_TO_LIVE -> timeToLive = source.getVarint("time to live", 1, Long.MAX_VALUE);
        default ->
            minValueFileBytes = (int) source.getVarint("length of a value", 1, Integer.MAX_VALUE);
      }
    }
    return settings(source, kind, operator, timeToLive, minValueFileBytes);
  }

  private static TreeKind kind(ByteSource source) {
    long code = source.getVarint("kind of a tree", 1, Integer.MAX_VALUE);
    TreeKind kind = TreeKind.of(code);
    if (kind == null) {
      throw source.malformed("a kind of a tree", "kind " + code);
    }
    return kind;
  }

  private static TreeSettings settings(
      ByteSource source,
      TreeKind kind,
      @Nullable String operator,
      long timeToLive,
      int minValueFileBytes) {
    try {
      return new TreeSettings(kind, operator, timeToLive, minValueFileBytes);
    } catch (IllegalArgumentException e) {
      throw source.malformed("settings of a tree", String.valueOf(e.getMessage()));
    }
  }
}
