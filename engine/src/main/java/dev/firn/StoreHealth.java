package dev.firn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a store is, see {@link Store#health}.
 *
 * @param failure why the store takes no more writes; null as long as it does
 * @param damage the damage that was found, the oldest first: each place once, and no more than a
 *     hundred of them
 * @param warnings what went wrong without consequences, the oldest first: the last hundred
 * @param scrub how far the scrub is
 */
public record StoreHealth(
    @Nullable StoreProblem failure,
    List<StoreProblem> damage,
    List<StoreProblem> warnings,
    ScrubStatus scrub) {

  /** Copies the lists. */
  public StoreHealth {
    damage = List.copyOf(damage);
    warnings = List.copyOf(warnings);
  }

  /** Whether the store takes writes and no damage is known. Warnings do not count. */
  public boolean isHealthy() {
    return failure == null && damage.isEmpty();
  }
}
