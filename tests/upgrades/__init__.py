"""What earlier versions have stored is read by this one."""
