package dev.firn.core;

/**
 * Makes the store's own threads. They belong to the system's thread group and inherit nothing from
 * the thread that opened the store: a {@link ThreadGroup#interrupt} of the user's group is not for
 * them.
 */
public final class StoreThreads {

  private StoreThreads() {}

  /** A builder of daemon threads. */
  public static Thread.Builder.OfPlatform named(String name) {
    return Thread.ofPlatform()
        .group(systemGroup())
        .inheritInheritableThreadLocals(false)
        .daemon()
        .name(name);
  }

  private static ThreadGroup systemGroup() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    for (ThreadGroup parent = group.getParent(); parent != null; parent = group.getParent()) {
      group = parent;
    }
    return group;
  }
}
