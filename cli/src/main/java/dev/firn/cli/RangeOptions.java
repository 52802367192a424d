package dev.firn.cli;

import dev.firn.KeyRange;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The key range of a command. */
final class RangeOptions {

  @Option(names = "--prefix", paramLabel = "KEY", description = "Only keys that begin with this.")
  private @Nullable String prefix;

  @Option(names = "--from", paramLabel = "KEY", description = "Only this key and those after it.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "KEY", description = "Only keys before this one.")
  private @Nullable String to;

  /** Whether an option is given. */
  boolean isGiven() {
    return from != null || to != null || prefix != null;
  }

  /** The intersection of the options. */
  KeyRange range(FormatOptions format, CommandSpec spec) {
    KeyRange range = prefix == null ? KeyRange.all() : KeyRange.prefix(format.key(prefix, spec));
    byte[] lower = range.lower();
    byte[] upper = range.upper();
    if (from != null) {
      lower = later(lower, format.key(from, spec));
    }
    if (to != null) {
      byte[] end = format.key(to, spec);
      upper = upper == null || Arrays.compareUnsigned(end, upper) < 0 ? end : upper;
    }
    return upper == null ? KeyRange.atLeast(lower) : KeyRange.closedOpen(lower, upper);
  }

  private static byte[] later(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, b) < 0 ? b : a;
  }
}
