package dev.firn;

/** Receives the problems of a store, see {@link StoreOptions.Builder#problemListener}. */
@FunctionalInterface
public interface ProblemListener {

  /**
   * Called once for each problem, by the thread that found it, when {@link Store#health} shows the
   * problem and before the operation that met it returns.
   *
   * <p>The calling thread may hold locks of the store: the method must return soon, and of the
   * store it may call {@code health()} only. What it throws is logged and has no other effect.
   */
  void onProblem(StoreProblem problem);
}
