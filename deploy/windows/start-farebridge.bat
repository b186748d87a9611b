@echo off
rem Starts Farebridge on this computer, for its user alone. No administrator rights, no internet.
rem The first start sets it up in %LOCALAPPDATA%\Farebridge-packages and takes some minutes. What is yours stays apart from it:
rem counties in %USERPROFILE%\Farebridge, saved scenarios in %LOCALAPPDATA%\farebridge.
setlocal
set "HERE=%~dp0"
set "PLACE=%LOCALAPPDATA%\Farebridge-packages"
set "WORK=%USERPROFILE%\Farebridge"

set "PYTHON="
py -3.13 -c "" >nul 2>nul && set "PYTHON=py -3.13"
if not defined PYTHON python -c "import sys; sys.exit('%%d.%%d' %% sys.version_info[:2] != '3.13')" >nul 2>nul && set "PYTHON=python"
if not defined PYTHON goto nopython

fc /b "%HERE%requirements.txt" "%PLACE%\installed.txt" >nul 2>nul && goto start
echo Setting up Farebridge. This takes some minutes, the first time only.
%PYTHON% -m venv --clear "%PLACE%" || goto failed
if not exist "%PLACE%\Scripts\python.exe" goto store
"%PLACE%\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-index --find-links "%HERE%wheels" --require-hashes -r "%HERE%requirements.txt" || goto failed
copy /y "%HERE%requirements.txt" "%PLACE%\installed.txt" >nul || goto failed

:start
if not exist "%WORK%" mkdir "%WORK%" || goto failed
cd /d "%WORK%" || goto failed
echo Farebridge opens in your browser. Close this window to stop it.
"%PLACE%\Scripts\python.exe" -m streamlit run "%HERE%program\streamlit_app.py"
if errorlevel 1 goto failed
exit /b 0

:nopython
echo Python 3.13 (64-bit) is not on this computer. Install it for yourself alone, with the installer from python.org and
echo "Install for all users" not ticked: it asks for no administrator.
pause
exit /b 1

:store
echo This Python comes from the Microsoft Store, which hides from other programs what it writes. Install Python 3.13 (64-bit)
echo for yourself alone with the installer from python.org, "Install for all users" not ticked.
pause
exit /b 1

:failed
echo Farebridge did not start. The lines above say why. Show them to whoever gave you this folder.
pause
exit /b 1
