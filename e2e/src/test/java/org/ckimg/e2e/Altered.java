package org.ckimg.e2e;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** Copies of records with another value in one place, whatever else they have. */
final class Altered {
  private Altered() {}

  /** The record with this value of one of its components. */
  static <T extends Record> T with(T record, String component, Object value) throws Exception {
    RecordComponent[] components = record.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    boolean found = false;
    for (int i = 0; i < components.length; i++) {
      boolean wanted = components[i].getName().equals(component);
      values[i] = wanted ? value : components[i].getAccessor().invoke(record);
      found |= wanted;
    }
    if (!found) {
      throw new IllegalArgumentException(record.getClass() + " has no " + component);
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    @SuppressWarnings("unchecked")
    Constructor<T> constructor = (Constructor<T>) record.getClass().getDeclaredConstructor(types);
    return constructor.newInstance(values);
  }
}
