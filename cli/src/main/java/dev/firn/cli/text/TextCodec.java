package dev.firn.cli.text;

import dev.firn.cli.console.Output;

/**
 * A way to write bytes on a line of text and to read them back: what {@link #encode} wrote, {@link
 * #decode} turns into the same bytes, whatever they are. No encoding contains a tab or ends a line.
 */
public enum TextCodec {
  /** UTF-8 as it is; everything else, and what would disturb a terminal, escaped. */
  TEXT {
    @Override
    public void encode(byte[] bytes, Output out) {
      EscapedText.encode(bytes, out);
    }

    @Override
    public byte[] decode(String text) {
      return EscapedText.decode(text);
    }
  },

  /** Two hexadecimal digits a byte. */
  HEX {
    @Override
    public void encode(byte[] bytes, Output out) {
      HexText.encode(bytes, out);
    }

    @Override
    public byte[] decode(String text) {
      return HexText.decode(text);
    }
  },

  /** A JSON string; for bytes that are not UTF-8 an object with their base64. */
  JSON {
    @Override
    public void encode(byte[] bytes, Output out) {
      JsonText.encode(bytes, out);
    }

    @Override
    public byte[] decode(String text) {
      return JsonText.decode(text);
    }
  };

  /** Writes bytes as text. */
  public abstract void encode(byte[] bytes, Output out);

  /**
   * Reads text as bytes.
   *
   * @throws IllegalArgumentException when the text is not of this encoding
   */
  public abstract byte[] decode(String text);
}
