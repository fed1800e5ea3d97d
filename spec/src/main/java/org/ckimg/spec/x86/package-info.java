/** Layouts of x86 processors that images carry. */
package org.ckimg.spec.x86;
