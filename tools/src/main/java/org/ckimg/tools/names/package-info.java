/** Names that the kernel's headers and manual pages give to numbers. */
package org.ckimg.tools.names;
