package dev.firn.cli.journal;

import dev.firn.cli.console.Output;
import java.util.Locale;

/**
 * The lines of an annotated dump: offset, bytes, meaning.
 *
 * <pre>
 *      offset  bytes                                 field              value
 *          64  3f 1d 9a 55                           checksum           0x559a1d3f, right
 *          88  43 48 2f 5a 75 72 69 63 68            key
 * </pre>
 */
final class HexLines {

  private static final int BYTES_PER_LINE = 16;
  private static final int NAME_WIDTH = 18;

  private final ChronicleView view;
  private final Output out;
  private final int maxBytes;

  /**
   * @param maxBytes maximum count of the bytes of a key or value that are shown
   */
  HexLines(ChronicleView view, Output out, int maxBytes) {
    this.view = view;
    this.out = out;
    this.maxBytes = maxBytes;
  }

  /** A field of few bytes, with its value as text. */
  void field(long offset, int length, String name, String value) {
    line(offset, length, String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s %s", name, value));
  }

  /** Uninterpreted bytes; those over the maximum are only counted. */
  void blob(long offset, long length, String name) {
    long shown = Math.min(length, maxBytes);
    String label = name;
    for (long at = 0; at < shown; at += BYTES_PER_LINE) {
      line(offset + at, (int) Math.min(BYTES_PER_LINE, shown - at), label);
      label = "";
    }
    if (shown < length) {
      out.line("%12s  and %,d more bytes", "", length - shown);
    } else if (length == 0) {
      line(offset, 0, name + ", empty");
    }
  }

  /** A remark on a line of its own. */
  void remark(String text) {
    out.line(text);
  }

  private void line(long offset, int length, String text) {
    StringBuilder hex = new StringBuilder(3 * BYTES_PER_LINE);
    for (int i = 0; i < length; i++) {
      hex.append(String.format(Locale.ROOT, i == 0 ? "%02x" : " %02x", view.u8(offset + i)));
    }
    out.line(String.format(Locale.ROOT, "%12d  %-48s %s", offset, hex, text).stripTrailing());
  }
}
