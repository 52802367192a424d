package dev.firn.test.errors;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.test.Seed;
import java.io.IOException;
import java.lang.StackWalker.StackFrame;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The events of a script by role, place and stack. What an error meets on its way up is decided by
 * the stack, and a loop passes a place thousands of times with the same one; so each stack is tried
 * with one of its passes.
 *
 * <p><b>Threading.</b> Any thread records.
 */
final class EventSurvey {

  private static final String OWN_PACKAGE = EventSurvey.class.getPackageName() + ".";

  /**
   * An event with one stack.
   *
   * @param step of the script; only of events of the caller
   * @param pass which of the role's events at this place, in the step or in the round, it is
   * @param stack differs between stacks, and is the same in each process
   */
  record Context(Role role, String site, int step, int pass, long stack) {

    private String line() {
      return role + " " + step + " " + pass + " " + Long.toHexString(stack) + " " + site;
    }

    private static Context of(String line) {
      String[] words = line.split(" ", 5);
      return new Context(
          Role.valueOf(words[0]),
          words[4],
          Integer.parseInt(words[1]),
          Integer.parseInt(words[2]),
          Long.parseUnsignedLong(words[3], 16));
    }
  }

  private final long sweep;

  @GuardedBy("this")
  private final Map<Long, Context> contexts = new HashMap<>();

  /** How often each stack was met, in all rounds. */
  @GuardedBy("this")
  private final Map<Long, Integer> met = new HashMap<>();

  /** How often each place was passed in this round, or in the caller's step. */
  @GuardedBy("this")
  private final Map<Role, Map<Integer, Integer>> passed = new EnumMap<>(Role.class);

  @GuardedBy("this")
  private int step;

  /**
   * @param sweep the first one, 0, takes the first event with a stack, another one a random one
   */
  EventSurvey(long sweep) {
    this.sweep = sweep;
  }

  /** The events recorded from now on are those of another round. */
  synchronized void beginRound() {
    passed.clear();
    step = ErrorScript.OPENING;
  }

  /** The events of the caller that are recorded from now on are those of another step. */
  synchronized void beginStep(int newStep) {
    passed.remove(Role.CALLER);
    step = newStep;
  }

  /** A thread of a role is at a place. */
  void record(Role role, int site) {
    long stack = stack(role, site);
    synchronized (this) {
      int pass = passed.computeIfAbsent(role, r -> new HashMap<>()).merge(site, 1, Integer::sum);
      int count = met.merge(stack, 1, Integer::sum);
      // Each of those met so far is kept with the same probability.
      if (count == 1
          || (sweep > 0 && Long.remainderUnsigned(Seed.mix(stack ^ (sweep + count)), count) == 0)) {
        int ofStep = role == Role.CALLER ? step : 0;
        contexts.put(stack, new Context(role, EventSites.name(site), ofStep, pass, stack));
      }
    }
  }

  synchronized List<Context> contexts() {
    return List.copyOf(contexts.values());
  }

  /** A number for a place and the calls on this thread; several calls of a recursion are one. */
  static long stack(Role role, int site) {
    long place = EventSites.name(site).hashCode() + ((long) role.ordinal() << 32);
    return Seed.mix(StackWalker.getInstance().walk(EventSurvey::calls) + Seed.mix(place));
  }

  private static long calls(Stream<StackFrame> frames) {
    long identity = 0;
    long last = 0;
    Iterator<StackFrame> i =
        frames.dropWhile(frame -> frame.getClassName().startsWith(OWN_PACKAGE)).iterator();
    while (i.hasNext()) {
      StackFrame frame = i.next();
      // The name of the method costs more than all the rest.
      long call = ((long) frame.getClassName().hashCode() << 32) + frame.getByteCodeIndex();
      identity = call == last ? identity : Seed.mix(identity + call);
      last = call;
    }
    return identity;
  }

  /**
   * Keeps the events for other processes.
   *
   * @param code of which they are, as a number
   */
  static void write(Path file, long code, List<Context> contexts) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(Long.toHexString(code));
    contexts.forEach(context -> lines.add(context.line()));
    Path next = Path.of(file + ".tmp");
    Files.write(next, lines);
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What was kept of this code; nothing if the file is not there or is of other code. */
  static List<Context> read(Path file, long code) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<String> lines = Files.readAllLines(file);
    return lines.getFirst().equals(Long.toHexString(code))
        ? lines.stream().skip(1).map(Context::of).toList()
        : List.of();
  }
}
