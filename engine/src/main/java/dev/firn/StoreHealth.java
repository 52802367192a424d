package dev.firn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known to be wrong with a store, see {@link Store#health}.
 *
 * @param failure the problem after which the store takes no more writes; null while it takes them
 * @param damage the damage that was found, the oldest first: each place once, 100 places at most
 * @param warnings problems without consequences, the oldest first: the last 100
 * @param scrub state of the background scrub
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

  /** Returns whether the store takes writes and no damage is known. Warnings do not count. */
  public boolean isHealthy() {
    return failure == null && damage.isEmpty();
  }
}
