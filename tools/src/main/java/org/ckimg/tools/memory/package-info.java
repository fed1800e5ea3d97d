/** Memory of a program by address: pages of the image, and what it left to files of this host. */
package org.ckimg.tools.memory;
