package dev.firn.test.real;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MappedFile;
import dev.firn.core.file.RealFileSystem;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * The machine's file system with a boot id that changes: a power cut of a loop device loses the
 * page cache, but the machine's boot id stays.
 */
final class Reboots {

  private Reboots() {}

  /**
   * @param boot number of the restart
   * @param forgetful whether syncs of journals are acknowledged and left out: the harness must
   *     notice
   */
  static FileSystem files(long boot, boolean forgetful) {
    FileSystem real = new RealFileSystem();
    return proxy(
        FileSystem.class,
        (method, arguments) -> {
          if (method.getName().equals("bootId")) {
            return boot;
          }
          Object result = method.invoke(real, arguments);
          return forgetful && result instanceof MappedFile file ? unsynced(file) : result;
        });
  }

  private static MappedFile unsynced(MappedFile file) {
    return proxy(
        MappedFile.class,
        (method, arguments) ->
            method.getName().equals("sync") ? null : method.invoke(file, arguments));
  }

  private interface Call {
    Object to(Method method, Object[] arguments) throws Exception;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return call.to(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
