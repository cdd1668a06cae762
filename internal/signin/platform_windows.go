package signin

import "syscall"

// https://learn.microsoft.com/windows/win32/procthread/process-creation-flags
const detachedProcess = 0x00000008

// addressInUse is WSAEADDRINUSE; the one of package syscall never comes.
// https://learn.microsoft.com/windows/win32/winsock/windows-sockets-error-codes-2
const addressInUse = syscall.Errno(10048)

func ownSession() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: detachedProcess | syscall.CREATE_NEW_PROCESS_GROUP}
}
