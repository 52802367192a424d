package dev.firn.test.errors;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.test.Seed;
import java.lang.StackWalker.StackFrame;
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

  /**
   * Events of one role with one stack.
   *
   * @param identity differs between stacks, and is the same in each process
   * @param passes which of the role's events at this place had this stack, in a round
   */
  record Context(Role role, int site, long identity, List<Integer> passes) {

    /** One of the passes, another one for another sweep; the first sweep has the first one. */
    int pass(long sweep) {
      long choice = sweep == 0 ? 0 : Seed.mix(identity ^ sweep) >>> 1;
      return passes.get((int) (choice % passes.size()));
    }
  }

  @GuardedBy("this")
  private final Map<Long, Context> contexts = new HashMap<>();

  /** How often each place was passed in this round. */
  @GuardedBy("this")
  private final Map<Role, Map<Integer, Integer>> passed = new EnumMap<>(Role.class);

  /** The events recorded from now on are those of another round. */
  synchronized void beginRound() {
    passed.clear();
  }

  /** A thread of a role is at a place. */
  void record(Role role, int site) {
    long place = EventSites.name(site).hashCode() + ((long) role.ordinal() << 32);
    long identity = Seed.mix(stack() + Seed.mix(place));
    synchronized (this) {
      int pass = passed.computeIfAbsent(role, r -> new HashMap<>()).merge(site, 1, Integer::sum);
      contexts
          .computeIfAbsent(identity, i -> new Context(role, site, i, new ArrayList<>()))
          .passes()
          .add(pass);
    }
  }

  synchronized List<Context> contexts() {
    return List.copyOf(contexts.values());
  }

  /** A number for the calls on this thread; several calls of a recursion count as one. */
  private static long stack() {
    return StackWalker.getInstance().walk(EventSurvey::identity);
  }

  private static long identity(Stream<StackFrame> frames) {
    long identity = 0;
    long last = 0;
    for (Iterator<StackFrame> i = frames.iterator(); i.hasNext(); ) {
      StackFrame frame = i.next();
      // The name of the method costs more than all the rest.
      long call = ((long) frame.getClassName().hashCode() << 32) + frame.getByteCodeIndex();
      identity = call == last ? identity : Seed.mix(identity + call);
      last = call;
    }
    return identity;
  }
}
