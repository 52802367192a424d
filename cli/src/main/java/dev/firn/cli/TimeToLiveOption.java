package dev.firn.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --ttl}: how long an entry lives. */
final class TimeToLiveOption {

  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})(ms|s|m|h|d)");

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      converter = Converter.class,
      description = "How long the entry lives: a number and ms, s, m, h or d, such as 30d.")
  private @Nullable Duration timeToLive;

  /** The time, or null. */
  @Nullable Duration timeToLive() {
    return timeToLive;
  }

  /** Reads a number with a unit. */
  static final class Converter implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        throw new TypeConversionException("'" + text + "' is no time, such as 90s or 30d");
      }
      long number = Long.parseLong(form.group(1));
      return switch (form.group(2)) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        default -> Duration.ofDays(number);
      };
    }
  }
}
