package dev.firn;

/** Is told of the problems of a store, see {@link StoreOptions#withProblemListener}. */
@FunctionalInterface
public interface ProblemListener {

  /**
   * Called once for each problem, by the thread that found it, as soon as {@link Store#health}
   * shows it and before the operation that met it returns. That thread may hold locks of the store:
   * the method returns soon and calls nothing of the store but {@code health()}. What it throws is
   * logged and has no other effect.
   */
  void onProblem(StoreProblem problem);
}
