@echo off
rem The command in a clone: installs what is missing, then runs it, where you are.
node "%~dp0scripts\prepare.js" start --quiet || exit /b 2
node "%~dp0bin\elections.js" %*
