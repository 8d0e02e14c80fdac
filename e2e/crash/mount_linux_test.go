package crash

import (
	"syscall"
	"testing"
)

// mountSmall mounts a file system of 32 megabytes for the time of the test.
func mountSmall(t *testing.T, folder string) error {
	t.Helper()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=32m"); err != nil {
		return err
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return nil
}
