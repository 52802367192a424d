package dev.firn.test.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.StoreOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The figures that the Javadoc of {@link StoreOptions.Builder} and the documents give are those of
 * the code. In Javadoc they are written {@code Range: A to B. Default: C.}, in documents
 * {@code `option` ... C by default}, in one sentence.
 */
final class DefaultsTest {

  private static final Pattern SETTER =
      Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s+public Builder (\\w+)\\(", Pattern.DOTALL);
  private static final String FIGURE =
      "\\d[\\d,]*(?: (?:bytes?|KiB|MiB|GiB|TiB|seconds?|minutes?|hours?|days?))?|[A-Z0-9]{3,}|true"
          + "|false|zero";
  private static final Pattern DEFAULT = Pattern.compile("Default: (" + FIGURE + ")");
  private static final Pattern RANGE =
      Pattern.compile("Range: (?:at least )?(" + FIGURE + ")(?: to (" + FIGURE + "))?");
  private static final Pattern STATED = Pattern.compile("(" + FIGURE + "),? by default");

  private static final Map<String, Long> UNITS =
      Map.of(
          "byte", 1L,
          "KiB", 1L << 10,
          "MiB", 1L << 20,
          "GiB", 1L << 30,
          "TiB", 1L << 40,
          "second", 1L,
          "minute", 60L,
          "hour", 3600L,
          "day", 86400L);

  /** The Javadoc of each option, in one line. */
  private static Map<String, String> javadoc() {
    String source =
        Checkout.text(Checkout.ROOT.resolve("engine/src/main/java/dev/firn/StoreOptions.java"));
    Map<String, String> javadoc = new TreeMap<>();
    Matcher setter = SETTER.matcher(source);
    while (setter.find()) {
      javadoc.put(setter.group(2), setter.group(1).replaceAll("\\s*\\n\\s*\\*?\\s*", " "));
    }
    return javadoc;
  }

  private static List<Method> setters() {
    return Arrays.stream(StoreOptions.Builder.class.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> method.getParameterCount() == 1)
        .toList();
  }

  private static Object defaultOf(String option) throws ReflectiveOperationException {
    return StoreOptions.class.getMethod(option).invoke(StoreOptions.defaults());
  }

  @Test
  void javadoc_givesTheDefaults() throws Exception {
    Map<String, String> javadoc = javadoc();
    int figures = 0;
    for (Method setter : setters()) {
      String text = javadoc.getOrDefault(setter.getName(), "");
      assertTrue(text.contains("Default: "), setter.getName() + " has no default in its Javadoc");
      Matcher stated = DEFAULT.matcher(text);
      if (stated.find()) {
        figures++;
        Object value = defaultOf(setter.getName());
        assertEquals(value, parse(stated.group(1), value.getClass()), setter.getName());
      }
    }
    assertTrue(figures >= 10, "figures: " + figures);
  }

  @Test
  void javadoc_givesTheRanges() throws Exception {
    Map<String, String> javadoc = javadoc();
    int figures = 0;
    for (Method setter : setters()) {
      Matcher stated = RANGE.matcher(javadoc.getOrDefault(setter.getName(), ""));
      if (stated.find()) {
        figures++;
        Class<?> type = defaultOf(setter.getName()).getClass();
        assertIsLimit(setter, parse(stated.group(1), type), -1);
        if (stated.group(2) != null) {
          assertIsLimit(setter, parse(stated.group(2), type), 1);
        }
      }
    }
    assertTrue(figures >= 7, "figures: " + figures);
  }

  private static void assertIsLimit(Method setter, Object limit, int step) throws Exception {
    setter.invoke(StoreOptions.builder(), limit);
    InvocationTargetException e =
        assertThrows(
            InvocationTargetException.class,
            () -> setter.invoke(StoreOptions.builder(), beyond(limit, step)),
            () -> setter.getName() + " takes more than " + limit);
    assertTrue(e.getCause() instanceof IllegalArgumentException, () -> "" + e.getCause());
  }

  private static Object beyond(Object limit, int step) {
    return switch (limit) {
      case Integer number -> number + step;
      case Long number -> number + step;
      case Duration time -> time.plusNanos(step);
      default -> throw new IllegalArgumentException("limit=" + limit);
    };
  }

  @Test
  void documents_giveTheDefaults() throws Exception {
    Pattern option = Pattern.compile("`(" + String.join("|", javadoc().keySet()) + ")`");
    List<String> wrong = new ArrayList<>();
    int figures = 0;
    for (Document document : Document.all()) {
      for (String sentence : document.sentences()) {
        Matcher named = option.matcher(sentence);
        Matcher stated = STATED.matcher(sentence);
        if (named.find() && stated.find()) {
          figures++;
          Object value = defaultOf(named.group(1));
          if (!value.equals(parse(stated.group(1), value.getClass()))) {
            wrong.add(Checkout.ROOT.relativize(document.file()) + ": " + sentence);
          }
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
    assertTrue(figures > 0, "no figures");
  }

  /** A figure as a value of an option's type. */
  private static Object parse(String figure, Class<?> type) {
    if (type == Boolean.class) {
      return Boolean.parseBoolean(figure);
    } else if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(constant -> constant.toString().equals(figure.toUpperCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no constant " + figure));
    }
    String[] words = figure.replace(",", "").split(" ");
    long number = words[0].equals("zero") ? 0 : Long.parseLong(words[0]);
    long amount = words.length == 1 ? number : number * UNITS.get(words[1].replaceFirst("s$", ""));
    if (type == Duration.class) {
      return Duration.ofSeconds(amount);
    }
    return type == Integer.class ? (Object) Math.toIntExact(amount) : (Object) amount;
  }
}
