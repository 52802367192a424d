package dev.firn.test.errors;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.jar.JarFile;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * The process in which errors are thrown. On its standard output it says, each in a line or a block
 * that ends with {@link #END}, what it does and what it finds.
 */
final class ErrorChild {

  /** The exit code when the agent could not change a class. */
  static final int BROKEN = 4;

  /** The first word of a line: the events of each role in the script. */
  static final String EVENTS = "EVENTS";

  /** The first word of a block: something is wrong. */
  static final String FINDING = "FINDING";

  /** The first word of a line: how many rounds were run, and in how many an error was thrown. */
  static final String ROUNDS = "ROUNDS";

  /** The first word of a line: rounds are left, and the process is full of threads that hang. */
  static final String STOPPED = "STOPPED";

  /** The last line of a block. */
  static final String END = "END";

  /** How many events in a row throw, of a thread that has no stack or no memory left. */
  private static final int MANY = 40;

  private static final int MAX_HANGS = 6;
  private static final int COUNTING_ROUNDS = 3;
  private static final Logger STORES = Logger.getLogger("dev.firn");

  private static long rounds;

  private ErrorChild() {}

  /**
   * Arguments: either {@code all STEP OFFSET SECONDS FROM}: of each role, kind and count every
   * STEP-th event, in a random order that OFFSET fixes, until the seconds are over, leaving out the
   * first FROM; then, if known from an earlier child, the events of each role; or injections, as
   * {@link Injection#toString} writes them.
   */
  public static void main(String[] args) throws Exception {
    STORES.setLevel(Level.OFF);
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {});
    initializeClasses();
    List<Injection> injections = new ArrayList<>();
    long end = Long.MAX_VALUE;
    int from = 0;
    if (args[0].equals("all")) {
      long[] events = args.length == 5 ? countEvents() : parse(args);
      injections = all(Integer.parseInt(args[1]), Integer.parseInt(args[2]), events);
      end = System.nanoTime() + Long.parseLong(args[3]) * 1_000_000_000L;
      from = Integer.parseInt(args[4]);
    } else {
      ErrorRound.countEvents(Role.CALLER, rounds++);
      for (String text : args) {
        injections.add(Injection.parse(text));
      }
    }
    run(injections, from, end);
    // Not a normal end: threads that hang may hold it up.
    Runtime.getRuntime().halt(0);
  }

  private static void run(List<Injection> injections, int from, long end)
      throws InterruptedException {
    int fired = 0;
    int hangs = 0;
    int at = from;
    for (; at < injections.size() && System.nanoTime() < end && hangs < MAX_HANGS; at++) {
      ErrorRound round = new ErrorRound(injections.get(at), rounds++);
      List<String> findings = round.run();
      fired += ErrorInjector.firedAt() == null ? 0 : 1;
      hangs += round.hangs() ? 1 : 0;
      for (String finding : findings) {
        System.out.println(FINDING + " " + finding + "\n" + END);
      }
    }
    System.out.println(ROUNDS + " " + (at - from) + " " + fired);
    if (hangs == MAX_HANGS) {
      System.out.println(STOPPED + " " + at);
    }
    System.out.flush();
  }

  /** The events of each role; the most in a few rounds, for threads differ from round to round. */
  private static long[] countEvents() throws InterruptedException {
    long[] events = new long[Role.values().length];
    for (int i = 0; i < COUNTING_ROUNDS; i++) {
      for (Role role : Role.values()) {
        long counted = ErrorRound.countEvents(role, rounds++);
        events[role.ordinal()] = Math.max(events[role.ordinal()], counted);
      }
    }
    String counts = Arrays.stream(events).mapToObj(Long::toString).collect(joining(" "));
    System.out.println(EVENTS + " " + counts);
    return events;
  }

  private static long[] parse(String[] args) throws InterruptedException {
    ErrorRound.countEvents(Role.CALLER, rounds++);
    return Arrays.stream(args).skip(5).mapToLong(Long::parseLong).toArray();
  }

  private static List<Injection> all(int step, int offset, long[] events) {
    List<Injection> all = new ArrayList<>();
    int turn = offset;
    for (Role role : Role.values()) {
      for (ErrorKind kind : ErrorKind.values()) {
        for (int count : new int[] {1, MANY}) {
          for (long event = 1L + turn++ % step; event <= events[role.ordinal()]; event += step) {
            all.add(new Injection(role, kind, count, event));
          }
        }
      }
    }
    Collections.shuffle(all, new Random(offset));
    return all;
  }

  /**
   * Runs the static initialisers of all classes of the store: an error in one would make the class
   * unusable for all later rounds.
   */
  private static void initializeClasses() throws IOException {
    for (String entry : System.getProperty("java.class.path").split(":")) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path.resolve("dev/firn"))) {
        try (Stream<Path> classes = Files.walk(path.resolve("dev/firn"))) {
          classes.map(file -> path.relativize(file).toString()).forEach(ErrorChild::initialize);
        }
      } else if (Files.isRegularFile(path) && entry.contains("firn")) {
        try (JarFile jar = new JarFile(entry)) {
          jar.stream().forEach(file -> initialize(file.getName()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void initialize(String file) {
    String name = file.replace(".class", "");
    if (!file.endsWith(".class")
        || name.endsWith("-info")
        || !EventAgent.isInstrumented(name)
        || name.matches(".*(Test|Stress|Benchmark|Model|Fuzzer)(\\$.*)?")) {
      return;
    }
    try {
      Class.forName(name.replace('/', '.'), true, ErrorChild.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      // A class of the tests that needs a library which is not there.
    }
  }
}
