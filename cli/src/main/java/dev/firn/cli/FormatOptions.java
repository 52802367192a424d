package dev.firn.cli;

import dev.firn.cli.text.TextCodec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The formats of keys and values, in arguments and output. */
final class FormatOptions {

  private static final String CHOICES =
      "text (UTF-8; \\t \\n \\r \\\\ and \\xHH stand for other bytes), hex, or json (strings;"
          + " {\"base64\":…} for bytes that are not UTF-8).";

  @Option(
      names = "--format",
      paramLabel = "text|hex|json",
      description = "How keys and values are written: " + CHOICES)
  private @Nullable TextCodec format;

  @Option(
      names = "--key-format",
      paramLabel = "text|hex|json",
      description = "As --format, for keys alone.")
  private @Nullable TextCodec keyFormat;

  @Option(
      names = "--value-format",
      paramLabel = "text|hex|json",
      description = "As --format, for values alone.")
  private @Nullable TextCodec valueFormat;

  TextCodec keys() {
    return keyFormat != null ? keyFormat : both();
  }

  TextCodec values() {
    return valueFormat != null ? valueFormat : both();
  }

  private TextCodec both() {
    return format != null ? format : TextCodec.TEXT;
  }

  /** Decodes a key argument. */
  byte[] key(String text, CommandSpec spec) {
    return decode(keys(), text, spec);
  }

  /** Decodes a value argument. */
  byte[] value(String text, CommandSpec spec) {
    return decode(values(), text, spec);
  }

  private static byte[] decode(TextCodec codec, String text, CommandSpec spec) {
    checkLocale(text, spec);
    try {
      return codec.decode(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** In a locale without UTF-8 the JVM replaces characters that it cannot decode. */
  private static void checkLocale(String text, CommandSpec spec) {
    String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
    if (text.indexOf('\ufffd') >= 0 && !encoding.equals("UTF-8")) {
      throw new ParameterException(
          spec.commandLine(),
          "the locale's encoding, "
              + encoding
              + ", cannot hold '"
              + text
              + "'; set LC_ALL=C.UTF-8, or give it as --format hex");
    }
  }
}
