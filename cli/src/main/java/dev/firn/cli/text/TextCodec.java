package dev.firn.cli.text;

import dev.firn.cli.console.Output;

/**
 * An encoding of bytes as text on one line: {@link #decode} returns the bytes that {@link #encode}
 * wrote, whatever they are. No encoding contains a tab or a line end.
 */
public enum TextCodec {
  /** UTF-8; other bytes and control characters are escaped. */
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
