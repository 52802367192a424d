package dev.firn.compaction;

import dev.firn.version.VersionEdit.Change;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Decides where the value of an entry that is written to a table is kept: in the table, or in a
 * value file that the table refers to.
 *
 * <p><b>Threading.</b> Belongs to the thread that runs the flush or compaction.
 */
public interface ValuePlacement {

  /** Every entry is written as it is read. */
  ValuePlacement AS_READ = entry -> {};

  /** What is written of an entry besides its key. */
  final class Written {

    private int tree;
    private long trailer;
    private MemorySegment memory = MemorySegment.NULL;
    private long offset;
    private long length;

    Written() {}

    void setTree(int tree) {
      this.tree = tree;
    }

    /** The id of the key's tree. */
    public int tree() {
      return tree;
    }

    /** Sets what is written. */
    public void set(long trailer, MemorySegment memory, long offset, long length) {
      this.trailer = trailer;
      this.memory = memory;
      this.offset = offset;
      this.length = length;
    }

    /** The trailer, whose kind says what the value is. */
    public long trailer() {
      return trailer;
    }

    /** The memory that has the value, or a reference to it. */
    public MemorySegment memory() {
      return memory;
    }

    /** Where it starts. */
    public long offset() {
      return offset;
    }

    /** Its length. */
    public long length() {
      return length;
    }
  }

  /**
   * Decides about an entry.
   *
   * @param entry the entry as it was read; changed if it is to be written otherwise
   */
  void place(Written entry);

  /** The changes that the edit needs besides its tables. */
  default List<Change> changes() {
    return List.of();
  }
}
