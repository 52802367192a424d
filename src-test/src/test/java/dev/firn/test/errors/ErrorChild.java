package dev.firn.test.errors;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;

import dev.firn.test.Seed;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The process in which errors are thrown. On its standard output it says, each in a line or a block
 * that ends with {@link #END}, what it does and what it finds.
 */
final class ErrorChild {

  /** The exit code when the agent could not change a class. */
  static final int BROKEN = 4;

  /** The first word of a line: how many stacks the events of each role have. */
  static final String EVENTS = "EVENTS";

  /** The first word of a line: how many errors this process has to throw, without those done. */
  static final String PLANNED = "PLANNED";

  /** How many errors are thrown at least, however long that takes on a busy machine. */
  static final int MIN_FIRED = 100;

  /** The first word of a block: something is wrong. */
  static final String FINDING = "FINDING";

  /** The first word of a line after each round: the places in the order of what was thrown. */
  static final String DONE = "DONE";

  /** As {@link #DONE}, of what was tried several times and not reached. */
  static final String MISSED = "MISSED";

  /** The first word of a line: work is left, and the process is full of threads that hang. */
  static final String STOPPED = "STOPPED";

  /** The last line of a block. */
  static final String END = "END";

  /** The classes of the script, which are in the stacks too. */
  private static final String OWN_FOLDER = "dev/firn/test/errors/";

  private static final int MAX_HANGS = 6;
  private static final int SURVEY_ROUNDS = 3;
  private static final Logger STORES = Logger.getLogger("dev.firn");

  /** The process that started this one reads it; nothing else must be printed there. */
  private static final PrintStream TOLD = System.out;

  private static long rounds;

  private int fired;
  private int hangs;

  private ErrorChild() {}

  /**
   * Arguments: {@code survey FILE SWEEP} looks for the events, unless the file has those of this
   * code; {@code all FILE SWEEP PARTS PART SHARES SHARE SECONDS DONE} throws the errors of one
   * share of one part of a sweep until the seconds are over, except for those that are in the file
   * DONE; or injections, as {@link Injection#toString} writes them.
   */
  public static void main(String[] args) throws Exception {
    STORES.setLevel(Level.OFF);
    System.setOut(System.err);
    long code = initializeClasses();
    switch (args[0]) {
      case "survey" -> surveyed(Path.of(args[1]), code, Long.parseLong(args[2]));
      case "all" -> {
        List<EventSurvey.Context> contexts =
            surveyed(Path.of(args[1]), code, Long.parseLong(args[2]));
        List<Long> numbers = Arrays.stream(args).skip(2).limit(6).map(Long::parseLong).toList();
        List<ErrorPlan.Turn> turns =
            turns(contexts, numbers.get(0), numbers.get(1), numbers.get(2));
        Set<Long> done = done(Path.of(args[8]));
        turns.removeIf(
            turn ->
                Long.remainderUnsigned(turn.order() >>> 32, numbers.get(3)) != numbers.get(4)
                    || done.contains(turn.order()));
        TOLD.println(PLANNED + " " + turns.size());
        throwAll(turns, System.nanoTime() + numbers.get(5) * 1_000_000_000L);
      }
      default -> {
        ErrorRound.warmUp(rounds++);
        List<ErrorPlan.Turn> turns = new ArrayList<>();
        for (String text : args) {
          turns.add(new ErrorPlan.Turn(turns.size(), Injection.parse(text)));
        }
        throwAll(turns, Long.MAX_VALUE);
      }
    }
    TOLD.flush();
    // Not a normal end: threads that hang may hold it up.
    Runtime.getRuntime().halt(0);
  }

  private static void throwAll(List<ErrorPlan.Turn> turns, long end) throws InterruptedException {
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {});
    new ErrorChild().run(new ErrorPlan(turns), end);
  }

  private void run(ErrorPlan plan, long end) throws InterruptedException {
    List<ErrorPlan.Turn> turns = plan.next();
    while (!turns.isEmpty()) {
      if (System.nanoTime() >= end && fired >= MIN_FIRED) {
        return;
      }
      if (hangs >= MAX_HANGS) {
        TOLD.println(STOPPED);
        return;
      }
      List<Injection> thrown = run(plan, turns);
      turns = plan.next();
      fired += thrown.size();
    }
  }

  private List<Injection> run(ErrorPlan plan, List<ErrorPlan.Turn> turns)
      throws InterruptedException {
    List<String> findings = findings(turns.stream().map(ErrorPlan.Turn::injection).toList());
    List<Injection> thrown = ErrorInjector.fired().stream().map(ArmedError::injection).toList();
    List<Long> done = new ArrayList<>();
    List<Long> missed = new ArrayList<>();
    for (ErrorPlan.Turn turn : turns) {
      if (thrown.contains(turn.injection())) {
        done.add(turn.order());
      } else if (!plan.missed(turn)) {
        missed.add(turn.order());
      }
    }
    if (!findings.isEmpty()) {
      tell(findings, thrown);
    }
    tell(DONE, done);
    tell(MISSED, missed);
    return thrown;
  }

  private List<String> findings(List<Injection> injections) throws InterruptedException {
    ErrorRound round = new ErrorRound(injections, rounds++);
    List<String> findings = round.run();
    hangs += round.hangs() ? 1 : 0;
    return findings;
  }

  /** Tells findings, those of one error alone if it has any. */
  private void tell(List<String> findings, List<Injection> thrown) throws InterruptedException {
    List<String> told = new ArrayList<>();
    if (thrown.size() > 1) {
      for (Injection injection : thrown) {
        told.addAll(findings(List.of(injection)));
      }
      if (told.isEmpty()) {
        // Health shows one failure, and a thread that meets another's failure may not tell its own.
        findings.stream().filter(text -> !text.startsWith(ErrorRound.NOT_TOLD)).forEach(told::add);
      }
    } else {
      told.addAll(findings);
    }
    told.forEach(finding -> TOLD.println(FINDING + " " + finding + "\n" + END));
  }

  private static void tell(String word, List<Long> orders) {
    TOLD.println(
        word + orders.stream().map(order -> " " + Long.toHexString(order)).collect(joining()));
  }

  /** The events, from the file or from rounds without an error. */
  private static List<EventSurvey.Context> surveyed(Path file, long code, long sweep)
      throws Exception {
    List<EventSurvey.Context> known = EventSurvey.read(file, code);
    if (!known.isEmpty()) {
      ErrorRound.warmUp(rounds++);
      return known;
    }
    EventSurvey survey = new EventSurvey(sweep);
    for (int i = 0; i < SURVEY_ROUNDS; i++) {
      ErrorRound.survey(survey, rounds++);
    }
    EventSurvey.write(file, code, survey.contexts());
    return survey.contexts();
  }

  /** The errors of a part of a sweep. */
  private static List<ErrorPlan.Turn> turns(
      List<EventSurvey.Context> contexts, long sweep, long parts, long part) {
    List<ErrorPlan.Turn> all = new ArrayList<>();
    int[] stacks = new int[Role.values().length];
    for (EventSurvey.Context context : contexts) {
      stacks[context.role().ordinal()]++;
      long order = Seed.mix(context.stack() + sweep);
      for (ErrorKind kind : ErrorKind.values()) {
        for (int count : kind.counts()) {
          order = Seed.mix(order + 1);
          if (Long.remainderUnsigned(order, parts) == part) {
            all.add(
                new ErrorPlan.Turn(
                    order,
                    new Injection(
                        context.role(),
                        kind,
                        count,
                        context.site(),
                        context.step(),
                        context.pass(),
                        context.stack())));
          }
        }
      }
    }
    String counts = Arrays.stream(stacks).mapToObj(Integer::toString).collect(joining(" "));
    TOLD.println(EVENTS + " " + counts);
    return all;
  }

  private static Set<Long> done(Path file) throws IOException {
    Set<Long> done = new HashSet<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        for (String order : line.split(" ")) {
          if (!order.isEmpty()) {
            done.add(Long.parseUnsignedLong(order, 16));
          }
        }
      }
    }
    return done;
  }

  /**
   * Runs the static initialisers of all classes of the store: an error in one would make the class
   * unusable for all later rounds. Returns a checksum of the classes.
   */
  private static long initializeClasses() throws IOException {
    CRC32 code = new CRC32();
    for (String entry : System.getProperty("java.class.path").split(":")) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path.resolve("dev/firn"))) {
        Set<Path> files = new TreeSet<>();
        try (Stream<Path> classes = Files.walk(path.resolve("dev/firn"))) {
          classes.filter(file -> file.toString().endsWith(".class")).forEach(files::add);
        }
        for (Path file : files) {
          String name = path.relativize(file).toString();
          if (initialize(name) || name.startsWith(OWN_FOLDER)) {
            code.update(Files.readAllBytes(file));
          }
        }
      } else if (Files.isRegularFile(path) && entry.contains("firn")) {
        try (JarFile jar = new JarFile(entry)) {
          jar.stream()
              .filter(file -> initialize(file.getName()))
              .forEach(file -> code.update(Long.toString(file.getCrc()).getBytes(US_ASCII)));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return code.getValue();
  }

  /** Returns whether it is a class of the store. */
  private static boolean initialize(String file) {
    String name = file.replace(".class", "");
    if (!file.endsWith(".class")
        || name.endsWith("-info")
        || !EventAgent.isInstrumented(name)
        || name.matches(".*(Test|Stress|Benchmark|Model|Fuzzer)(\\$.*)?")) {
      return false;
    }
    try {
      Class.forName(name.replace('/', '.'), true, ErrorChild.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      // A class of the tests that needs a library which is not there.
      return false;
    }
  }
}
