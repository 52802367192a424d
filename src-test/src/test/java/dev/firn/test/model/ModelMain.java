package dev.firn.test.model;

import dev.firn.test.Disk;
import dev.firn.test.MemoryDisk;
import dev.firn.test.RealDisk;
import dev.firn.test.Seed;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The model test for any time.
 *
 * <pre>
 *  --minutes N       running time (1)
 *  --operations N    operations per script (1000)
 *  --sets N          number of sets of options for each script, which must agree (1)
 *  --real            on the real file system instead of in memory
 *  --script FILE     runs one script instead
 *  --times N         number of runs of that script (1)
 *  --print           prints the script of a seed instead
 * </pre>
 *
 * {@code -Dfirn.seed=N} replays one seed.
 */
public final class ModelMain {

  private long minutes = 1;
  private int operations = 1000;
  private int sets = 1;
  private Supplier<Disk> disks = MemoryDisk::new;
  private String script = "";
  private int times = 1;
  private boolean print;

  private ModelMain() {}

  public static void main(String[] args) throws Exception {
    ModelMain main = new ModelMain();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--minutes" -> main.minutes = Long.parseLong(args[++i]);
        case "--operations" -> main.operations = Integer.parseInt(args[++i]);
        case "--sets" -> main.sets = Integer.parseInt(args[++i]);
        case "--real" -> main.disks = RealDisk::new;
        case "--script" -> main.script = args[++i];
        case "--print" -> main.print = true;
        case "--times" -> main.times = Integer.parseInt(args[++i]);
        default -> throw new IllegalArgumentException("argument=" + args[i]);
      }
    }
    main.run();
  }

  private void run() throws Exception {
    ModelCheck check = new ModelCheck(disks, 60_000);
    if (!script.isEmpty()) {
      Script given = Script.read(Path.of(script));
      for (int i = 0; i < times; i++) {
        check.check(given);
      }
      return;
    }
    if (print) {
      Seed.run(seed -> System.out.print(Generator.script(seed, operations)));
      return;
    }
    Seed.runFor(
        minutes * 60_000,
        seed -> {
          if (sets == 1) {
            check.check(seed, operations);
          } else {
            check.checkSameAnswers(seed, operations, sets);
          }
        });
  }
}
