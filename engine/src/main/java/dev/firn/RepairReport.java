package dev.firn;

import dev.firn.error.FirnException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link StoreRepair} did and what may be lost. What is in no {@link Loss} is there, with its
 * right value, unless {@code manifestRebuilt}, and a table was missing.
 *
 * @param folder the folder of the repaired store
 * @param manifestRebuilt whether the manifest was made again from the tables and journals that are
 *     there; a table that is missing altogether is not noticed then
 * @param intactTables count of tables without damage
 * @param salvagedTables count of damaged or missing tables, of which new ones have the readable
 *     part
 * @param records count of batches of the journal that were written to tables
 * @param damage the damage that was found, with file and offset: the first of each table, and that
 *     of manifest and journal
 * @param losses what may be lost
 */
public record RepairReport(
    Path folder,
    boolean manifestRebuilt,
    int intactTables,
    int salvagedTables,
    long records,
    List<FirnException> damage,
    List<Loss> losses) {

  /** Copies the lists. */
  public RepairReport {
    damage = List.copyOf(damage);
    losses = List.copyOf(losses);
  }

  /** Returns whether nothing was damaged. */
  public boolean wasIntact() {
    return damage.isEmpty();
  }

  /**
   * Keys of which writes may be lost. Such a key has its right value, an earlier one, or none; a
   * deleted key may be there again.
   *
   * @param file path of the file that cannot be read there
   * @param offset where the unreadable part starts, in bytes from the start of the file
   * @param tree the tree; null when the keys may be of any tree
   * @param from the first key; null for the first of the tree. A copy that the caller may change
   * @param to the last key, which is included; null for the last of the tree
   * @param firstSequence the smallest sequence of the writes, 0 for any old one
   * @param lastSequence the largest sequence of the writes; -1 when the newest may be lost
   */
  public record Loss(
      String file,
      long offset,
      @Nullable String tree,
      byte @Nullable [] from,
      byte @Nullable [] to,
      long firstSequence,
      long lastSequence) {

    /** Copies the keys. */
    public Loss {
      from = from == null ? null : from.clone();
      to = to == null ? null : to.clone();
    }

    @Override
    public byte @Nullable [] from() {
      return from == null ? null : from.clone();
    }

    @Override
    public byte @Nullable [] to() {
      return to == null ? null : to.clone();
    }
  }
}
