package dev.firn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The builder, and every figure that its Javadoc gives against the code. */
class StoreOptionsTest {

  private static final Path SOURCE = Path.of("src/main/java/dev/firn/StoreOptions.java");

  private static final Map<String, Long> UNITS =
      Map.of("", 1L, "bytes", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

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
            .journalSegmentBytes(1 << 20)
            .blockBytes(512)
            .tableBytes(1 << 21)
            .levelBaseBytes(1 << 22)
            .blockCacheBytes(1 << 23)
            .filterBitsPerKey(7)
            .compression(Compression.LZ4)
            .syncInterval(Duration.ofMillis(7))
            .scrubInterval(Duration.ofHours(7))
            .scrubBytesPerSecond(7777)
            .problemListener(listener)
            .build();
    StoreOptions copy = options.toBuilder().build();
    assertEquals(
        "StoreOptions[createIfMissing=false, salvage=true, journalSegmentBytes=1048576,"
            + " blockBytes=512, tableBytes=2097152, levelBaseBytes=4194304,"
            + " blockCacheBytes=8388608, filterBitsPerKey=7, compression=LZ4,"
            + " syncInterval=PT0.007S, scrubInterval=PT7H, scrubBytesPerSecond=7777]",
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
  void javadoc_ofEveryOption_givesItsDefault() throws Exception {
    for (Method setter : setters()) {
      String name = setter.getName();
      Matcher stated = Pattern.compile("Default: ([^.;,]+)[.;,]").matcher(javadoc(name));
      assertTrue(stated.find(), () -> name + ": states no default");
      Object value = StoreOptions.class.getMethod(name).invoke(StoreOptions.defaults());
      Object expected =
          switch (stated.group(1)) {
            case "half of the maximum heap size" -> Runtime.getRuntime().maxMemory() / 2;
            case "none" -> value;
            case String text when value instanceof Duration -> duration(text);
            case String text when value instanceof Number -> number(text);
            case String text -> text;
          };
      String found = value instanceof Number number ? "" + number.longValue() : "" + value;
      assertEquals("" + expected, found, "default of " + name);
    }
  }

  @Test
  void javadoc_ofEveryRange_givesItsBounds() throws Exception {
    Pattern range = Pattern.compile("Range: (\\S+(?: [KMG]iB| bytes)?) to (\\d+ ?\\w*)[.,]");
    int found = 0;
    for (Method setter : setters()) {
      Matcher stated = range.matcher(javadoc(setter.getName()));
      if (stated.find()) {
        found++;
        if (setter.getParameterTypes()[0] == Duration.class) {
          assertBounds(setter, Duration.ZERO, duration(stated.group(2)), Duration.ofNanos(1));
        } else {
          assertBounds(setter, number(stated.group(1)), number(stated.group(2)));
        }
      }
    }
    assertEquals(7, found, "options with a range");
  }

  /** Memory is bounded by the generations that wait or are flushed, and one that is written. */
  @Test
  void javadoc_ofJournalSegmentBytes_countsTheMemtables() throws Exception {
    Field field = Class.forName("dev.firn.engine.GenerationList").getDeclaredField("MAX_FROZEN");
    field.setAccessible(true);
    int frozen = field.getInt(null);
    String javadoc = javadoc("journalSegmentBytes");
    assertTrue(javadoc.contains("up to " + (frozen + 1) + " memtables"), javadoc);
    assertTrue(javadoc.contains("and " + frozen + " that wait"), javadoc);
  }

  @Test
  void javadoc_ofScrubBytesPerSecond_saysHowLongItTakes() throws Exception {
    long seconds = (100L << 30) / StoreOptions.defaults().scrubBytesPerSecond();
    String hours = "%.1f hours".formatted(seconds / 3600.0);
    assertTrue(javadoc("scrubBytesPerSecond").contains("100 GiB take " + hours));
  }

  private static List<Method> setters() {
    List<Method> setters = new ArrayList<>();
    for (Method method : StoreOptions.Builder.class.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers()) && method.getParameterCount() == 1) {
        setters.add(method);
      }
    }
    assertEquals(13, setters.size());
    return setters;
  }

  private static void assertBounds(Method setter, Duration min, Duration max, Duration step)
      throws Exception {
    assertAccepted(setter, min);
    assertAccepted(setter, max);
    assertRefused(setter, min.minus(step));
    assertRefused(setter, max.plus(step));
  }

  private static void assertBounds(Method setter, long min, long max) throws Exception {
    assertAccepted(setter, argument(setter, min));
    assertAccepted(setter, argument(setter, max));
    assertRefused(setter, argument(setter, min - 1));
    assertRefused(setter, argument(setter, max + 1));
  }

  private static Object argument(Method setter, long value) {
    return setter.getParameterTypes()[0] == int.class ? (Object) Math.toIntExact(value) : value;
  }

  private static void assertAccepted(Method setter, Object value) throws Exception {
    assertNotNull(setter.invoke(StoreOptions.builder(), value));
  }

  private static void assertRefused(Method setter, Object value) {
    InvocationTargetException e =
        assertThrows(
            InvocationTargetException.class, () -> setter.invoke(StoreOptions.builder(), value));
    String message = "" + e.getCause().getMessage();
    assertTrue(message.startsWith(setter.getName() + "=" + value + ":"), message);
  }

  /** The text of the comment before a setter, on one line. */
  private static String javadoc(String setter) throws IOException {
    String source = Files.readString(SOURCE);
    int end = source.indexOf("public Builder " + setter + "(");
    int begin = source.lastIndexOf("/**", end);
    return source.substring(begin, end).replaceAll("\\s*\\*/?\\s+|\\s+", " ");
  }

  private static long number(String text) {
    String[] words = text.split(" ");
    return Long.parseLong(words[0]) * UNITS.get(words.length > 1 ? words[1] : "");
  }

  private static Duration duration(String text) {
    String[] words = text.split(" ");
    long amount = Long.parseLong(words[0]);
    return words[1].startsWith("day") ? Duration.ofDays(amount) : Duration.ofSeconds(amount);
  }
}
