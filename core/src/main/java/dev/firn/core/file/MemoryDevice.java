package dev.firn.core.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.error.DiskFullException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * What the files of one {@link MemoryFileSystem} share: the mutex, the room, the faults, and the
 * list of open files.
 *
 * <p><b>Threading.</b> Any thread may call.
 */
final class MemoryDevice {

  /** Guards all names and all bytes. Fault injection is called without it. */
  final Object mutex = new Object();

  private volatile FaultInjection faults = FaultInjection.NONE;

  @GuardedBy("mutex")
  private final Set<OpenFile> open = Collections.newSetFromMap(new IdentityHashMap<>());

  @GuardedBy("mutex")
  private long capacityBytes = Long.MAX_VALUE;

  @GuardedBy("mutex")
  private long usedBytes;

  void setFaults(FaultInjection faults) {
    this.faults = faults;
  }

  void before(FileOperation operation, Path path) {
    faults.before(operation, path);
  }

  void during(FileOperation operation, Path path) {
    faults.during(operation, path);
  }

  void setCapacityBytes(long bytes) {
    synchronized (mutex) {
      capacityBytes = bytes;
    }
  }

  long capacityBytes() {
    synchronized (mutex) {
      return capacityBytes;
    }
  }

  long usableBytes() {
    synchronized (mutex) {
      return Math.max(0, capacityBytes - usedBytes);
    }
  }

  /** Reserves room on the device, or throws. */
  void reserve(Path file, long bytes) {
    synchronized (mutex) {
      if (bytes > capacityBytes - usedBytes) {
        throw new DiskFullException(file, bytes, null);
      }
      usedBytes += bytes;
    }
  }

  /** Counts an existing file. */
  void addUsed(MemoryFile file) {
    synchronized (mutex) {
      usedBytes += file.size();
    }
  }

  /** Frees a file's room if neither a name nor an open file keeps it. */
  void freeIfGone(MemoryFile file) {
    synchronized (mutex) {
      if (file.isGone()) {
        usedBytes -= file.size();
      }
    }
  }

  OpenFile opened(Path path, FileOperation operation, MemoryFile file) {
    OpenFile opened =
        new OpenFile(path, operation, new Throwable(path + " was opened by " + operation));
    synchronized (mutex) {
      file.addHandles(1);
      open.add(opened);
    }
    return opened;
  }

  /** Ends what {@link #opened} began; false if it has already ended. */
  boolean closed(OpenFile opened, MemoryFile file) {
    synchronized (mutex) {
      if (!open.remove(opened)) {
        return false;
      }
      file.addHandles(-1);
      freeIfGone(file);
      return true;
    }
  }

  boolean isOpen(OpenFile opened) {
    synchronized (mutex) {
      return open.contains(opened);
    }
  }

  List<OpenFile> openFiles() {
    synchronized (mutex) {
      return new ArrayList<>(open);
    }
  }
}
