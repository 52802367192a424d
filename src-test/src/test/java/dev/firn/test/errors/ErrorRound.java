package dev.firn.test.errors;

import dev.firn.Compression;
import dev.firn.Store;
import dev.firn.StoreAccess;
import dev.firn.StoreHealth;
import dev.firn.StoreOptions;
import dev.firn.StoreProblem;
import dev.firn.core.file.FileName;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.OpenFile;
import dev.firn.sstable.CachedBlocks;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.TinyOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One store in memory, opened, used and closed by {@link ErrorScript} while errors are thrown, each
 * in another thread or step; and what is wrong with that.
 *
 * <p>Right is: every thread returns within five seconds; each error comes out of a call, or {@link
 * Store#health} shows it; {@link Store#close} does not return normally when something acknowledged
 * is not on the device; opened again, the store holds what was acknowledged; nothing stays open. A
 * thread that fails many times in a row may leave open what it had open, except for the lock.
 */
final class ErrorRound {

  /** Right is five seconds; a busy machine needs more. */
  private static final int PATIENCE_STEPS = 40;

  private static final int SURVEY_STEPS = 600;

  private static final long STEP_MILLIS = 500;
  private static final int FRAMES = 18;

  /**
   * The first words of a finding: the error was thrown, and neither a call nor health showed it.
   */
  static final String NOT_TOLD = "NOT TOLD";

  private final List<Injection> injections;
  private final String name;
  private final Path directory;
  private final MemoryFileSystem files;
  private final ErrorScript script;
  private final List<String> findings = Collections.synchronizedList(new ArrayList<>());

  /** What was reported by the store's health. */
  private @Nullable StoreHealth health;

  /** What the caller is doing. */
  private volatile String stage = "opening";

  private boolean hangs;

  /** Blocks of rounds that hang. */
  private final long blocksBefore = CachedBlocks.allocated();

  /**
   * @param number makes the names of the round's threads differ from those of other rounds
   */
  ErrorRound(List<Injection> injections, long number) {
    this.injections = injections;
    this.name = "round-%06d".formatted(number);
    this.directory = Path.of("/" + name);
    this.files = Prepared.IMAGE.toFileSystem(directory);
    this.script = new ErrorScript(name, Prepared.EXPECTED);
  }

  /** The store that each round begins with. */
  private static final class Prepared {

    private static final StoreImage IMAGE;
    private static final Expected EXPECTED;

    static {
      MemoryDisk disk = new MemoryDisk();
      try (Store store = disk.open(options())) {
        EXPECTED = ErrorScript.prepare(store);
        IMAGE =
            StoreImage.of(disk.files().processKillClone(), MemoryDisk.DIRECTORY)
                .without(FileName.LOCK);
      }
    }
  }

  static StoreOptions options() {
    return TinyOptions.smallest().toBuilder()
        .blockBytes(1024)
        .tableBytes(4 << 10)
        .levelBaseBytes(4 << 10)
        .syncInterval(Duration.ofMillis(2))
        .compression(Compression.LZ4)
        .build();
  }

  /** Runs without an error and records the events. */
  static void survey(EventSurvey survey, long number) throws InterruptedException {
    ErrorRound round = new ErrorRound(List.of(), number);
    ErrorInjector.record(survey, round.name);
    round.assertRight();
  }

  /** Runs without an error: what is initialised once, is. */
  static void warmUp(long number) throws InterruptedException {
    ErrorRound round = new ErrorRound(List.of(), number);
    ErrorInjector.arm(List.of(), round.name);
    round.assertRight();
  }

  private void assertRight() throws InterruptedException {
    watch(SURVEY_STEPS);
    ErrorInjector.disarm();
    if (!findings.isEmpty()) {
      throw new AssertionError("without an error: " + findings);
    }
  }

  /** Runs; returns what is wrong, a text for each. */
  List<String> run() throws InterruptedException {
    ArenaWatch.clear();
    ErrorInjector.arm(injections, name);
    watch(PATIENCE_STEPS);
    ErrorInjector.disarm();
    return findings.stream().map(this::described).toList();
  }

  /** Whether threads of it are still there, which will never end. */
  boolean hangs() {
    return hangs;
  }

  private void watch(int steps) throws InterruptedException {
    Thread caller =
        Thread.ofPlatform().daemon().name(Role.CALLER.threadName(name)).start(this::call);
    for (int i = 0; i < steps && caller.isAlive(); i++) {
      // A stop of the whole process uses up one step.
      caller.join(STEP_MILLIS);
    }
    if (caller.isAlive()) {
      hangs = true;
      findings.add("HANG in " + stage + "\n" + stacks());
    }
  }

  private void call() {
    try {
      live();
    } catch (Throwable e) {
      findings.add("TEST FAILED in " + stage + ": " + text(e));
    }
  }

  private void live() throws Exception {
    Store store = open();
    boolean closed = false;
    if (store != null) {
      stage = "script";
      script.run(store);
      stage = "close";
      closed = script.step(store::close);
    }
    ErrorInjector.disarm();
    MemoryFileSystem afterCut = files.crashCloneSyncedOnly();
    if (store != null) {
      stage = "second close";
      if (!closed) {
        // It may say again what is wrong; then all is closed.
        script.attempt(store::close);
      }
      health = store.health();
    }
    assertExplained();
    assertNothingOpen();
    stage = "opening after a power cut";
    if (closed) {
      script.everythingIsDurable();
    }
    MemoryFileSystem afterKill = files.processKillClone();
    boolean isSame = differences(afterCut, afterKill).isEmpty();
    assertReopens(afterCut, script::assertHeldAfterPowerCut);
    if (!isSame || !closed) {
      stage = "opening after the death of the process";
      assertReopens(afterKill, script::assertHeldAfterKill);
    }
    stage = "end";
  }

  /** Opens the store, again for each error of the opening until one is without effect. */
  private @Nullable Store open() throws InterruptedException {
    boolean more = ErrorInjector.beginStep(ErrorScript.OPENING);
    while (true) {
      try {
        return StoreAccess.open(directory, options(), files);
      } catch (Throwable e) {
        script.failures().add(e);
      }
      if (!more) {
        return null;
      }
      assertNothingOpen();
      more = ErrorInjector.beginStep(ErrorScript.OPENING);
    }
  }

  private List<String> differences(MemoryFileSystem one, MemoryFileSystem other) {
    return StoreImage.of(one, directory).differences(StoreImage.of(other, directory));
  }

  private interface Check {
    void check(Store store);
  }

  private void assertReopens(MemoryFileSystem image, Check check) {
    try (Store store = StoreAccess.open(directory, options(), image)) {
      check.check(store);
      if (script.isDropped() && store.treeNames().contains(ErrorScript.DROPPED)) {
        throw new AssertionError("DROPPED TREE: it is there");
      }
      if (!store.verify().isIntact()) {
        throw new AssertionError("DAMAGE: " + store.verify());
      }
    } catch (Throwable e) {
      findings.add("REOPENED WRONG in " + stage + ": " + text(e) + "  thrown: " + thrown());
    }
  }

  /** The error was told, and nothing was thrown for another reason. */
  private void assertExplained() {
    List<Throwable> shown = new ArrayList<>(script.failures());
    StoreHealth last = health;
    if (last != null) {
      problems(last).map(StoreProblem::cause).forEach(shown::add);
    }
    for (ArmedError error : ErrorInjector.fired()) {
      Injection injection = error.injection();
      // The block cache has an answer to this error: it evicts its blocks and tries again.
      boolean answered =
          injection.site().contains("BlockMemory") && injection.kind() == ErrorKind.OUT_OF_MEMORY;
      if (!answered && shown.stream().noneMatch(e -> isCausedBy(e, error::isThis))) {
        findings.add(NOT_TOLD + ": " + injection + ", health " + last + ", thrown " + thrown());
      }
    }
    for (Throwable e : script.failures()) {
      if (!isCausedBy(e, ErrorInjector::isInjected)) {
        findings.add("FOREIGN: " + text(e));
        return;
      }
    }
  }

  /** What calls threw, each text once. */
  private Set<String> thrown() {
    return script.failures().stream().map(Throwable::toString).collect(Collectors.toSet());
  }

  private static Stream<StoreProblem> problems(StoreHealth health) {
    Stream<StoreProblem> notes =
        Stream.concat(health.damage().stream(), health.warnings().stream());
    StoreProblem failure = health.failure();
    return failure == null ? notes : Stream.concat(Stream.of(failure), notes);
  }

  /** Whether such an error is among the causes of an error and what they suppressed. */
  private static boolean isCausedBy(Throwable error, Predicate<Throwable> isCause) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Throwable> left = new ArrayDeque<>(List.of(error));
    while (!left.isEmpty()) {
      Throwable e = left.pop();
      if (isCause.test(e)) {
        return true;
      }
      if (seen.add(e)) {
        if (e.getCause() != null) {
          left.add(e.getCause());
        }
        left.addAll(Arrays.asList(e.getSuppressed()));
      }
    }
    return false;
  }

  private void assertNothingOpen() throws InterruptedException {
    for (int i = 0; i < 200 && storeThreads().findAny().isPresent(); i++) {
      Thread.sleep(5);
    }
    List<Thread> threads = storeThreads().toList();
    if (!threads.isEmpty()) {
      findings.add("OPEN THREADS: " + threads + "\n" + stacks());
    }
    // A thread that cannot even call the method that closes a file leaves it open, but not the
    // lock.
    boolean many = injections.stream().anyMatch(injection -> injection.count() > 1);
    List<OpenFile> open =
        files.openFiles().stream()
            .filter(file -> !many || file.path().endsWith(FileName.LOCK))
            .toList();
    if (!open.isEmpty()) {
      findings.add("OPEN FILES: " + open + "\n  " + text(open.getFirst().origin()));
    }
    long blocks = CachedBlocks.allocated() - blocksBefore;
    if (!many && blocks > 0) {
      findings.add("OPEN BLOCKS: " + blocks);
    }
    List<Throwable> arenas = ArenaWatch.open(name);
    if (!many && !arenas.isEmpty()) {
      findings.add("OPEN ARENAS: " + arenas.size() + "\n  " + text(arenas.getFirst()));
    }
  }

  private Stream<Thread> storeThreads() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    Thread[] threads = new Thread[group.activeCount() + 50];
    int count = group.enumerate(threads);
    return Arrays.stream(threads, 0, count)
        .filter(t -> t.getName().startsWith("firn-") && t.getName().endsWith(name));
  }

  private String stacks() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(entry -> entry.getKey().getName().endsWith(name))
        .sorted(Map.Entry.comparingByKey(Comparator.comparing(Thread::getName)))
        .map(entry -> "  " + entry.getKey().getName() + "\n" + frames(entry.getValue()))
        .collect(Collectors.joining("\n"));
  }

  private static String frames(StackTraceElement[] stack) {
    return Arrays.stream(stack)
        .limit(FRAMES)
        .map(frame -> "    at " + frame)
        .collect(Collectors.joining("\n"));
  }

  private static String text(Throwable e) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      text.append(cause).append('\n').append(frames(cause.getStackTrace())).append('\n');
      for (Throwable suppressed : cause.getSuppressed()) {
        text.append("  suppressed ").append(suppressed).append('\n');
      }
    }
    return text.toString();
  }

  private String described(String finding) {
    StringBuilder text = new StringBuilder(finding);
    for (ArmedError error : ErrorInjector.fired()) {
      text.append("\n  ").append(error.injection()).append('\n');
      text.append(frames(error.first().getStackTrace()));
    }
    return text.toString();
  }
}
