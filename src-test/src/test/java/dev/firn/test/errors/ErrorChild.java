package dev.firn.test.errors;

import static java.util.stream.Collectors.joining;

import dev.firn.test.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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

  /** The first word of a line: how many stacks the events of each role have. */
  static final String EVENTS = "EVENTS";

  /** How many errors are thrown at least, however long that takes on a busy machine. */
  static final int MIN_FIRED = 100;

  /** The first word of a block: something is wrong. */
  static final String FINDING = "FINDING";

  /**
   * The first word of a line: how many rounds were run since the last such line, in how many an
   * error was thrown, and the last one's place in the order.
   */
  static final String ROUNDS = "ROUNDS";

  /** The first word of a line: rounds are left, and the process is full of threads that hang. */
  static final String STOPPED = "STOPPED";

  /** The last line of a block. */
  static final String END = "END";

  private static final int MAX_HANGS = 6;
  private static final int ROUNDS_PER_LINE = 200;
  private static final int SURVEY_ROUNDS = 3;
  private static final Logger STORES = Logger.getLogger("dev.firn");

  private static long rounds;

  /**
   * An injection and its place in the order of a sweep.
   *
   * @param order the same in each process that does this sweep
   */
  private record Turn(long order, Injection injection) {}

  private ErrorChild() {}

  /**
   * Arguments: either {@code all PARTS NUMBER SECONDS FROM}: of each stack, kind and count of one
   * of the parts that NUMBER names, in a random order, until the seconds are over, those from this
   * place in the order on; or injections, as {@link Injection#toString} writes them.
   */
  public static void main(String[] args) throws Exception {
    STORES.setLevel(Level.OFF);
    initializeClasses();
    List<Turn> turns = new ArrayList<>();
    long end = Long.MAX_VALUE;
    if (args[0].equals("all")) {
      EventSurvey survey = new EventSurvey();
      for (int i = 0; i < SURVEY_ROUNDS; i++) {
        ErrorRound.survey(survey, rounds++);
      }
      turns = all(survey, Integer.parseInt(args[1]), Long.parseLong(args[2]));
      long from = Long.parseLong(args[4]);
      turns.removeIf(turn -> turn.order < from);
      end = System.nanoTime() + Long.parseLong(args[3]) * 1_000_000_000L;
    } else {
      ErrorRound.warmUp(rounds++);
      for (String text : args) {
        turns.add(new Turn(turns.size(), Injection.parse(text)));
      }
    }
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {});
    run(turns, end);
    // Not a normal end: threads that hang may hold it up.
    Runtime.getRuntime().halt(0);
  }

  private static void run(List<Turn> turns, long end) throws InterruptedException {
    int fired = 0;
    int allFired = 0;
    int hangs = 0;
    int done = 0;
    int told = 0;
    while (done < turns.size()
        && (System.nanoTime() < end || allFired < MIN_FIRED)
        && hangs < MAX_HANGS) {
      ErrorRound round = new ErrorRound(turns.get(done++).injection, rounds++);
      List<String> findings = round.run();
      if (ErrorInjector.hasFired()) {
        fired++;
        allFired++;
      }
      hangs += round.hangs() ? 1 : 0;
      for (String finding : findings) {
        System.out.println(FINDING + " " + finding + "\n" + END);
      }
      if (done - told == ROUNDS_PER_LINE) {
        tellRounds(done - told, fired, turns.get(done - 1).order);
        told = done;
        fired = 0;
      }
    }
    tellRounds(done - told, fired, Long.MAX_VALUE);
    if (hangs == MAX_HANGS && done < turns.size()) {
      System.out.println(STOPPED + " " + turns.get(done).order);
    }
    System.out.flush();
  }

  private static void tellRounds(int count, int fired, long order) {
    System.out.println(ROUNDS + " " + count + " " + fired + " " + order);
  }

  /** The injections of a part of a sweep, in order. */
  private static List<Turn> all(EventSurvey survey, int parts, long number) {
    List<Turn> all = new ArrayList<>();
    long sweep = number / parts;
    int[] stacks = new int[Role.values().length];
    for (EventSurvey.Context context : survey.contexts()) {
      stacks[context.role().ordinal()]++;
      String site = EventSites.name(context.site());
      long order = Seed.mix(context.identity() + sweep);
      for (ErrorKind kind : ErrorKind.values()) {
        for (int count : kind.counts()) {
          order = Seed.mix(order + 1);
          if (Long.remainderUnsigned(order, parts) == number % parts) {
            int pass = context.pass(sweep);
            all.add(new Turn(order, new Injection(context.role(), kind, count, site, pass)));
          }
        }
      }
    }
    all.sort(Comparator.comparingLong(Turn::order));
    String counts = Arrays.stream(stacks).mapToObj(Integer::toString).collect(joining(" "));
    System.out.println(EVENTS + " " + counts);
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
