package dev.firn.test.architecture;

import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import java.util.HashSet;
import java.util.Set;

/**
 * A type whose supertypes and accessible members mention only the API, the JDK, and Netty's buffer.
 */
final class ShowOnlyApi extends ArchCondition<JavaClass> {

  private static final Set<String> API =
      Set.of("dev.firn", "dev.firn.error", "io.netty.buffer", "org.jspecify.annotations");

  ShowOnlyApi() {
    super("show only types of the API, of the JDK, and Netty's buffer");
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    Set<JavaType> supertypes = new HashSet<>(type.getInterfaces());
    type.getSuperclass().ifPresent(supertypes::add);
    checkAll(type, "extends", supertypes, events);
    for (JavaMember member : type.getMembers()) {
      if (member.getModifiers().contains(PUBLIC) || member.getModifiers().contains(PROTECTED)) {
        checkAll(type, member.getFullName() + " mentions", mentioned(member), events);
      }
    }
  }

  private static Set<JavaType> mentioned(JavaMember member) {
    Set<JavaType> types = new HashSet<>();
    if (member instanceof JavaCodeUnit code) {
      types.add(code.getReturnType());
      types.addAll(code.getParameterTypes());
      types.addAll(code.getExceptionTypes());
      types.addAll(code.getTypeParameters());
    } else {
      types.addAll(member.getAllInvolvedRawTypes());
    }
    return types;
  }

  private static void checkAll(
      JavaClass owner, String where, Set<JavaType> types, ConditionEvents events) {
    for (JavaType type : types) {
      for (JavaClass raw : type.getAllInvolvedRawTypes()) {
        if (!isApi(raw.getBaseComponentType())) {
          String message = owner.getName() + ": " + where + " " + raw.getName();
          events.add(violated(owner, message));
        }
      }
    }
  }

  private static boolean isApi(JavaClass type) {
    String name = type.getPackageName();
    boolean isOurs = name.startsWith("dev.firn");
    return type.isPrimitive()
        || name.startsWith("java.")
        || (API.contains(name) && (!isOurs || type.getModifiers().contains(PUBLIC)));
  }
}
